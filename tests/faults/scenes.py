"""Scenes that need a service each: several are played at once, since most of each is waiting."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

#: So many are played at once.
AT_ONCE = 6
LONGEST_SECONDS = 150

Play = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One service in trouble; what it plays raises where something does not hold."""

    name: str
    play: Callable[[Path], Awaitable[None]]
    marks: tuple[pytest.MarkDecorator, ...] = ()

    @property
    def row(self) -> Any:
        """Return it as a parameter of a test."""
        return pytest.param(self, marks=self.marks, id=self.name)


def scenes(
    name: str, play: Play, rows: Mapping[str, tuple[Any, ...]], *marks: pytest.MarkDecorator
) -> list[Scene]:
    """Return a scene for each row: what it is called, and what is given to the play."""

    def bound(given: tuple[Any, ...]) -> Callable[[Path], Awaitable[None]]:
        return lambda place: play(place, *given)

    return [
        Scene(name=f"{name}: {row}", play=bound(given), marks=marks) for row, given in rows.items()
    ]


async def played(chosen: Iterable[Scene], folder: Path) -> Mapping[str, BaseException | None]:
    """Play them all; what each came to."""
    turns = asyncio.Semaphore(AT_ONCE)
    outcomes: dict[str, BaseException | None] = {}

    async def one(scene: Scene) -> None:
        place = folder / re.sub(r"\W+", "-", scene.name)
        outcomes[scene.name] = None
        try:
            async with turns, asyncio.timeout(LONGEST_SECONDS):
                await scene.play(place)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - its row raises it
            outcomes[scene.name] = error

    await asyncio.gather(*map(one, chosen))
    return outcomes


def told(scene: Scene, outcomes: Mapping[str, BaseException | None]) -> None:
    """Raise what a scene came to, if anything."""
    error = outcomes[scene.name]
    if error is not None:
        raise error


def chosen(request: pytest.FixtureRequest) -> list[Scene]:
    """Return the scenes of a module that are to be played."""
    found: list[Scene] = []
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module is request.module:
            with contextlib.suppress(AttributeError):
                found.append(cast("Scene", item.callspec.params["scene"]))
    return [
        one for one in found if not any(mark.args[0] for mark in one.marks if mark.name == "skipif")
    ]
