"""What a person sees meanwhile: the scene, the targets, what is published, the log."""

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from probe.demo.script import Scene
from probe.snapshot import Snapshot
from probe.types import NoticeState, Observation, Seen, Verdict, Window

#: How a verdict is drawn: told apart by height as well as by colour, as in the report.
SIGNS = {
    Verdict.UP: ("\N{LOWER ONE EIGHTH BLOCK}", "green"),
    Verdict.EXPECTED: ("\N{LOWER HALF BLOCK}", "blue"),
    Verdict.UNEXPECTED: ("\N{FULL BLOCK}", "red"),
    Verdict.INCONCLUSIVE: ("\N{MIDDLE DOT}", "yellow"),
}
#: How many observations are drawn, at the most and at the least, and what stands beside them.
MOST, LEAST, BESIDE = 200, 8, 47
LINES = 7
SECOND = timedelta(seconds=1)


class Said(logging.Handler):
    """Keeps the last lines of the log for the screen, or prints them where there is none."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[str] = deque(maxlen=LINES)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        at = datetime.fromtimestamp(record.created).astimezone()
        line = f"{at:%H:%M:%S}  {record.getMessage()}"
        self.lines.append(line)
        if not self._console.is_terminal:
            self._console.print(Text(line))


@dataclass(slots=True, kw_only=True)
class View:
    """What is on the screen."""

    url: str
    beginning: datetime
    ends: int
    said: Said
    scene: Scene
    observed: dict[str, deque[Observation]]
    announced: Snapshot | None = None

    def see(self, observation: Observation) -> None:
        """Add an observation, once."""
        seen = self.observed[observation.result.target]
        if not seen or seen[-1].result.started_at < observation.result.started_at:
            seen.append(observation)

    def render(self, at: datetime, width: int) -> RenderableType:
        """Return the screen at an instant, as wide as so many characters."""
        second = max(0, (at - self.beginning) // SECOND)
        heading = Text.assemble(
            ("SPOT probe", "bold"), f"   {second} s of {self.ends}   the status page: ",
            (self.url, f"underline link {self.url}"),
        )  # fmt: skip
        scene = Panel(
            Text(self.scene.words), title=Text(self.scene.title, "bold"), title_align="left"
        )
        log = Panel(
            Text("\n".join(self.said.lines), no_wrap=True, overflow="ellipsis"),
            title="log",
            title_align="left",
            height=LINES + 2,
        )
        return Group(
            heading, scene, self._targets(max(LEAST, width - BESIDE)), self._published(at), log
        )

    def _targets(self, width: int) -> RenderableType:
        shown = Table.grid(padding=(0, 2))
        for name, seen in self.observed.items():
            if seen:
                strip = Text.assemble(*[SIGNS[one.verdict] for one in seen][-width:])
                shown.add_row(Text(name, "bold"), strip, _verdict(seen[-1]))
        return Panel(shown, title="targets", title_align="left", height=len(self.observed) + 2)

    def _published(self, at: datetime) -> RenderableType:
        said = self.announced
        lines = [_words(seen) for seen in said.standing if _matters(seen)] if said else []
        windows = said.calendar.between(at, at + timedelta(hours=1)) if said else ()
        shown = Text("\n").join([*_countdown(windows, at), *lines] or [Text("nothing", "dim")])
        return Panel(shown, title="published", title_align="left", height=5)


def _verdict(observation: Observation) -> Text:
    because, reason = observation.because, observation.result.reason
    words = [str(observation.verdict), *([because.replace("_", " ")] if because else [])]
    text = ", ".join(words) + (f" ({reason})" if reason else "")
    return Text(text, SIGNS[observation.verdict][1], no_wrap=True)


def _matters(seen: Seen) -> bool:
    return seen.notice.state is not NoticeState.IRRELEVANT


def _words(seen: Seen) -> Text:
    notice = seen.notice
    colour = "yellow" if notice.needs_review else ""
    return Text.assemble((f"{notice.state}: ", "bold"), (notice.text, colour), overflow="ellipsis")


def _countdown(windows: Sequence[Window], at: datetime) -> list[Text]:
    lines = []
    for window in windows:
        about = ", ".join(window.components)
        if window.starts_at <= at:
            left = (window.ends_at - at) // SECOND
            lines.append(Text(f"the window of {about} is open for {left} s more", "blue"))
        else:
            ahead = (window.starts_at - at) // SECOND
            lines.append(Text(f"the window of {about} opens in {ahead} s"))
    return lines
