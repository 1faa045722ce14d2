"""Why a failure was unexpected: every reason by a row that holds and a twin that does not."""

from dataclasses import dataclass, replace
from datetime import time

import pytest

from probe.classify import classify
from probe.maintenance.calendar import Calendar
from probe.types import Because, Impact, Reason, Streak, Target
from tests.failures import (
    END,
    HOUR,
    NIGHTS,
    SLOW,
    START,
    TEN,
    TICK,
    UNREAD,
    WINDOW,
    calendar,
    failure,
    outage,
)
from tests.samples import IDM
from tests.samples import TARGET as SPOT


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a failure at TEN is judged by."""

    said: Calendar
    target: Target = SPOT
    reason: Reason = Reason.CONNECT
    streak: Streak | None = None

    def because(self) -> str:
        """Return why the failure is unexpected, or its verdict."""
        found = classify(failure(TEN, self.reason), self.target, self.said, self.streak)
        return str(found.because or found.verdict)


OVER = outage(START - HOUR, TEN, name="over")
INSIDE_OVER = Streak(since=START, window=calendar(OVER).open_at(START)[0])
INSIDE_WINDOW = Streak(since=START, window=calendar(WINDOW).open_at(START)[0])
SOON = outage(TEN + HOUR, TEN + 2 * HOUR, name="soon")
OTHER = outage(components=("mfa_email",), name="other")

ROWS = [
    ("it began in a window that ends now", "overrun", calendar(OVER), {"streak": INSIDE_OVER}),
    ("it began before it", "unannounced", calendar(OVER), {"streak": Streak(since=START)}),
    ("it is the first", "unannounced", calendar(OVER), {}),
    (
        "the window was cut short",
        "overrun",
        calendar(replace(WINDOW, ended_at=TEN)),
        {"streak": INSIDE_WINDOW},
    ),
    ("the window is gone", "overrun", calendar(), {"streak": INSIDE_WINDOW}),
    (
        "overrun comes first of all",
        "overrun",
        calendar(OVER, SOON, SLOW, OTHER),
        {"streak": INSIDE_OVER},
    ),
    (
        "the window is open, but the reason is another now",
        "not_excused",
        calendar(WINDOW),
        {"streak": INSIDE_WINDOW, "reason": Reason.TLS},
    ),
    ("another window excuses it", "expected", calendar(OVER, WINDOW), {"streak": INSIDE_OVER}),
    ("a window starts in exactly one hour", "early", calendar(SOON), {}),
    (
        "an instant later than one hour",
        "unannounced",
        calendar(outage(TEN + HOUR + TICK, TEN + 2 * HOUR)),
        {},
    ),
    ("in the next instant", "early", calendar(outage(TEN + TICK, TEN + 2 * HOUR)), {}),
    (
        "one that would not excuse the reason",
        "unannounced",
        calendar(SOON),
        {"reason": Reason.DNS},
    ),
    ("one of another component", "unannounced", calendar(SOON), {"target": IDM}),
    (
        "one that is only degraded",
        "unannounced",
        calendar(outage(TEN + HOUR, END + HOUR, impact=Impact.DEGRADED)),
        {},
    ),
    (
        "one that nobody has published yet",
        "unannounced",
        calendar(replace(SOON, published_at=TEN + TICK)),
        {},
    ),
    (
        "one that was published this instant",
        "early",
        calendar(replace(SOON, published_at=TEN)),
        {},
    ),
    (
        "one that was withdrawn",
        "unannounced",
        calendar(replace(SOON, withdrawn_at=TEN)),
        {},
    ),
    ("early comes before not_excused", "early", calendar(SLOW, SOON), {}),
    ("a degraded window is open", "not_excused", calendar(SLOW), {}),
    (
        "a degraded window is over",
        "unannounced",
        calendar(outage(START, TEN, impact=SLOW.plan.impact)),
        {},
    ),
    ("an outage does not explain tls", "not_excused", calendar(WINDOW), {"reason": Reason.TLS}),
    (
        "nor blocked",
        "not_excused",
        calendar(WINDOW),
        {"reason": Reason.BLOCKED},
    ),
    (
        "an outage does not concern it, whatever the reason",
        "other_component",
        calendar(WINDOW),
        {"target": IDM, "reason": Reason.TLS},
    ),
    (
        "not_excused comes before unread_notice",
        "not_excused",
        Calendar(published=(SLOW,), unread=(UNREAD,)),
        {},
    ),
    ("a notice was not understood", "unread_notice", Calendar(published=(), unread=(UNREAD,)), {}),
    (
        "it is about another component",
        "unannounced",
        Calendar(published=(), unread=(replace(UNREAD, components=("mfa_email",)),)),
        {},
    ),
    (
        "it has gone, or was reviewed",
        "unannounced",
        Calendar(published=(), unread=(replace(UNREAD, withdrawn_at=TEN),)),
        {},
    ),
    (
        "it was not there yet",
        "unannounced",
        Calendar(published=(), unread=(replace(UNREAD, published_at=TEN + TICK),)),
        {},
    ),
    (
        "unread_notice comes before other_component",
        "unread_notice",
        Calendar(published=(OTHER,), unread=(UNREAD,)),
        {},
    ),
    ("an outage of another component", "other_component", calendar(OTHER), {}),
    (
        "another component is degraded",
        "unannounced",
        calendar(outage(components=("mfa_email",), impact=Impact.DEGRADED)),
        {},
    ),
    (
        "an outage of another was",
        "unannounced",
        calendar(outage(START, TEN, components=("x",))),
        {},
    ),
    (
        "other_component comes before advisory",
        "other_component",
        Calendar(published=(OTHER,), advisories=(UNREAD,), off_peak=(NIGHTS,)),
        {},
    ),
    (
        "an advisory stands and it is night",
        "advisory",
        Calendar(published=(), advisories=(UNREAD,), off_peak=(NIGHTS,)),
        {},
    ),
    (
        "it is not night yet",
        "unannounced",
        Calendar(
            published=(), advisories=(UNREAD,), off_peak=(replace(NIGHTS, from_=time(22, 0, 1)),)
        ),
        {},
    ),
    (
        "nobody has said what night is",
        "unannounced",
        Calendar(published=(), advisories=(UNREAD,)),
        {},
    ),
    ("nothing was announced", "unannounced", calendar(), {}),
]


@pytest.mark.parametrize(
    ("because", "situation"),
    [
        pytest.param(because, Situation(said=said, **fields), id=sentence)  # type: ignore[arg-type]  # fields by name
        for sentence, because, said, fields in ROWS
    ],
)
def test_because(because: str, situation: Situation) -> None:
    """The first that holds, each beside a twin in which it does not."""
    assert situation.because() == because


def test_every_because_has_a_row() -> None:
    """None is left untried."""
    assert {because for _, because, _, _ in ROWS} >= set(Because)
