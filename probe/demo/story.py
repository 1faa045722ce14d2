"""Joins stage, service and screen, and plays the script."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from probe import config as configuration
from probe.config import Config
from probe.demo.script import Scene
from probe.demo.stage import Stage, staged
from probe.demo.view import MOST, Said, View
from probe.journal import History, Journal, reading
from probe.report.figures import Period
from probe.report.gather import Gathered, gather
from probe.runtime.clock import now
from probe.service import Service
from probe.snapshot import snapshot
from probe.web.server import listen
from probe.web.toolkit import WebConfig

#: The service needs a moment before its first probes.
HEAD_START = timedelta(seconds=2)
REFRESH_SECONDS = 0.25


async def tell(
    scenes: Sequence[Scene], ends: int, directory: Path, address: str, console: Console
) -> Gathered:
    """Play the scenes before the running service; return the report of the time that it took.

    The configuration and the journal are left in the directory. An interrupt ends it early.
    """
    beginning = now().replace(microsecond=0) + HEAD_START
    async with staged(beginning, scenes[0]) as stage:
        file = directory / "demo.yml"
        file.write_text(stage.config, encoding="utf-8")
        config = configuration.load(str(file))
        journal = Journal(directory, now)
        try:
            journal.start()
            sockets = listen([address])
            host, port = sockets[0].getsockname()[:2]
            view = View(
                url=f"http://{host}:{port}/",
                beginning=beginning,
                ends=ends,
                said=Said(console),
                scene=scenes[0],
                observed={target.name: deque(maxlen=MOST) for target in config.targets},
            )
            service = Service(str(file), config, journal)
            with _heard(view.said):
                serving = asyncio.create_task(service.run(sockets, WebConfig))
                showing = asyncio.create_task(_show(view, config, journal, console))
                playing = asyncio.create_task(_play(scenes, ends, stage, view, console))
                await asyncio.wait([serving, playing], return_when=asyncio.FIRST_COMPLETED)
                playing.cancel()
                showing.cancel()
                service.stop()
                await asyncio.gather(playing, showing, return_exceptions=True)
                await serving
        finally:
            journal.close()
    with reading(directory) as history:
        return _report(config, history, beginning)


@contextlib.contextmanager
def _heard(said: Said) -> Iterator[None]:
    """Send the log to the screen until the block ends."""
    root = logging.getLogger()
    level = root.level
    root.addHandler(said)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(said)


async def _play(
    scenes: Sequence[Scene], ends: int, stage: Stage, view: View, console: Console
) -> None:
    for scene in scenes:
        await _until(stage.beginning + timedelta(seconds=scene.at))
        stage.scene = view.scene = scene
        if not console.is_terminal:
            console.print(Text(f"\n{scene.at:2} s  {scene.title}. {scene.words}"))
    await _until(stage.beginning + timedelta(seconds=ends))


async def _until(at: datetime) -> None:
    await asyncio.sleep(max(0.0, (at - now()) / timedelta(seconds=1)))


async def _show(view: View, config: Config, journal: Journal, console: Console) -> None:
    live = Live(console=console, auto_refresh=False) if console.is_terminal else None
    with live or contextlib.nullcontext():
        while True:
            for target in config.targets:
                last = journal.last(target.name)
                if last is not None:
                    view.see(last)
            view.announced = snapshot(config, journal.board)
            if live:
                live.update(view.render(now(), console.width), refresh=True)
            await asyncio.sleep(REFRESH_SECONDS)


def _report(config: Config, history: History, beginning: datetime) -> Gathered:
    at = now()
    period = Period(start=beginning, end=at)
    return gather(config, history, snapshot(config, history.noticeboard()), period, at)
