"""Whoever is told of changes without Alertmanager, over one configuration after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from probe.notify.outbox import Outbox
from probe.notify.send import Send
from probe.runtime.supervision import Begin, Work
from probe.types import Heartbeat, Notify


@dataclass(slots=True, kw_only=True)
class _Receiver:
    """The task that tells somebody, and where what it tells waits."""

    task: asyncio.Task[None]
    outbox: Outbox | None = None


class Receivers:
    """Tells the configured receivers; one that a reload has not changed keeps what waits for it.

    `told` counts what became of a message, by the receiver's name.
    """

    def __init__(
        self, begin: Begin, told: Callable[..., object], clock: Callable[[], float]
    ) -> None:
        self._begin = begin
        self._told = told
        self._clock = clock
        self._receivers: dict[Notify | Heartbeat, _Receiver] = {}

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """The tasks that tell them."""
        return [one.task for one in self._receivers.values()]

    def follow(
        self,
        wanted: Iterable[Notify | Heartbeat | None],
        senders: Mapping[str, Send],
        beat: Callable[[], Awaitable[object]],
    ) -> list[Outbox]:
        """Tell these and no others; return where messages for them are put."""
        before, self._receivers = self._receivers, {}
        for one in wanted:
            if one is not None:
                known = before.pop(one, None)
                self._receivers[one] = known or self._receiver(one, senders, beat)
        for gone in before.values():
            gone.task.cancel()
        return [one.outbox for one in self._receivers.values() if one.outbox]

    def _receiver(
        self, one: Notify | Heartbeat, senders: Mapping[str, Send], beat: Work
    ) -> _Receiver:
        if isinstance(one, Heartbeat):
            return _Receiver(task=self._begin("heartbeat", beat))
        counted = partial(self._told, one.name)
        outbox = Outbox(one.name, senders[one.name], told=counted, clock=self._clock)
        return _Receiver(outbox=outbox, task=self._begin(f"notify {one.name}", outbox.run))
