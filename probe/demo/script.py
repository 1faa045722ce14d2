"""What happens on the stage and when. Pure: a scene is all that is the case from its instant on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from html import escape


class Trouble(StrEnum):
    """How a server of the stage fails."""

    AWAY = "away"
    SILENT = "silent"
    ANOTHER_PAGE = "another_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a page announces of a component: its words, or from second to second of the story."""

    component: str
    starts: int = 0
    ends: int = 0
    words: str = ""

    def text(self, beginning: datetime) -> str:
        """Return the words as they stand on the page."""
        if self.words:
            return self.words
        start, end = (
            (beginning + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
            for second in (self.starts, self.ends)
        )
        return f"{self.component} will be unavailable for maintenance: start {start}, end {end}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene: what the page announces and which servers fail, from a second of the story on."""

    at: int
    title: str
    words: str
    announced: Sequence[Announcement] = ()
    troubles: Mapping[str, Trouble] = field(default_factory=dict)


FIRST = Announcement(component="SPOT", starts=11, ends=20)
SECOND = Announcement(component="SPOT", starts=27, ends=33)
OF_IDM = Announcement(component="IDM", starts=53, ends=61)
ODD = Announcement(
    component="SPOT",
    words="SPOT will be unavailable for system upgrades from 9 p.m. until further notice.",
)

SCENES = (
    Scene(
        at=0,
        title="All is well",
        words="SPOT and IDM answer, and the page announces nothing.",
    ),
    Scene(
        at=5,
        title="Maintenance is announced",
        words="The page now has a sentence about SPOT. It is read, and becomes a window.",
        announced=[FIRST],
    ),
    Scene(
        at=12,
        title="SPOT goes down, as announced",
        words="It fails inside the window: expected. It is still measured; nobody is woken.",
        announced=[FIRST],
        troubles={"spot": Trouble.AWAY},
    ),
    Scene(
        at=18,
        title="SPOT is back in time",
        words="The incident is closed. It was expected from its beginning to its end.",
        announced=[FIRST],
    ),
    Scene(
        at=22,
        title="Another window is announced",
        words="A short one this time.",
        announced=[SECOND],
    ),
    Scene(
        at=28,
        title="SPOT goes down again, as announced",
        words="Expected, as long as the window is open.",
        announced=[SECOND],
        troubles={"spot": Trouble.AWAY},
    ),
    Scene(
        at=33,
        title="The window is over and SPOT is not back",
        words="From now on it is unexpected, because it overruns. This wakes somebody.",
        announced=[SECOND],
        troubles={"spot": Trouble.AWAY},
    ),
    Scene(
        at=38,
        title="SPOT is back, late",
        words="One incident, with an expected and an unexpected part.",
    ),
    Scene(
        at=42,
        title="SPOT falls silent, unannounced",
        words="It accepts connections and does not answer. Nothing was published: unannounced.",
        troubles={"spot": Trouble.SILENT},
    ),
    Scene(
        at=48,
        title="SPOT answers again, and IDM's maintenance is announced",
        words="SPOT is reached through IDM: the window is SPOT's as well.",
        announced=[OF_IDM],
    ),
    Scene(
        at=54,
        title="IDM goes down and takes SPOT with it",
        words="Nobody can log in to either. Both are expected.",
        announced=[OF_IDM],
        troubles={"idm": Trouble.AWAY},
    ),
    Scene(
        at=59,
        title="Both are back",
        words="In time.",
        announced=[OF_IDM],
    ),
    Scene(
        at=62,
        title="An odd notice is published",
        words="It names no end. It is refused, not guessed at, and waits for a person.",
        announced=[ODD],
    ),
    Scene(
        at=66,
        title="SPOT shows another page than the sign-in",
        words="A refused notice excuses nothing: unexpected, and the notice is named.",
        announced=[ODD],
        troubles={"spot": Trouble.ANOTHER_PAGE},
    ),
    Scene(
        at=71,
        title="All is well again",
        words="What was it all together? The report follows.",
    ),
)
ENDS = 74

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SPOT system status</title></head><body>
<h1>SPOT system status and scheduled maintenance</h1>
<h2>Current system status</h2><p>SPOT is available.</p>
<h2>Regular maintenance schedule</h2><p>Routine maintenance is announced below.</p>
<h2>Additional upcoming SPOT maintenance schedule</h2>{spot}
<h2>Identity Management (IDM) System</h2>{idm}
<h2>Stay informed</h2>
</body></html>
"""


def page(scene: Scene, beginning: datetime) -> str:
    """Return the page that is published in a scene of a story that began at an instant."""
    found = {"SPOT": "", "IDM": ""}
    for one in scene.announced:
        found[one.component] += f"<p>{escape(one.text(beginning))}</p>"
    return PAGE.format(spot=found["SPOT"], idm=found["IDM"])
