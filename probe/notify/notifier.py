"""Which observations are told: those whose verdict is another than the last that was told."""

from collections.abc import Callable, Mapping, Sequence

from probe.notify.message import Message
from probe.notify.outbox import Outbox  # noqa: TC001  (an annotation is read)
from probe.types import Observation, Target, Verdict


class Notifier:
    """Puts a message into every outbox when a target's verdict changes.

    `told` are the verdicts that people know of: a restart repeats nothing. What is inconclusive
    says nothing of the target, and is told by nobody.
    """

    def __init__(
        self, told: Mapping[str, Verdict], compose: Callable[[Observation, Target], Message]
    ) -> None:
        self.outboxes: Sequence[Outbox] = ()
        self._told = dict(told)
        self._compose = compose

    def observed(self, observation: Observation, target: Target) -> None:
        """Tell of an observation where it changes something."""
        verdict = observation.verdict
        if verdict is Verdict.INCONCLUSIVE:
            return
        before = self._told.get(target.name, Verdict.UP)
        self._told[target.name] = verdict
        if verdict is before:
            return
        message = self._compose(observation, target)
        for outbox in self.outboxes:
            outbox.put(message)
