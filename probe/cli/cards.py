"""Notices in a terminal: what was made of each, and below it the words."""

import textwrap
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from probe.cli.terminal import clean, local
from probe.maintenance import words
from probe.types import Notice, NoticeState, Plan, Reading, Review, Seen

WIDTH = 96
MOST_WORDS = 600


def reading(read: Reading, zone: ZoneInfo) -> str:
    """Return all of a page: its status, each notice, and how many others it has."""
    lines = [f"{component} is published as {status}." for component, status in read.status.items()]
    told = [n for n in read.notices if n.state is not NoticeState.IRRELEVANT]
    lines += ["\n".join(["", *notice(one, zone)]) for one in told]
    counted = Counter(one.state for one in read.notices)
    if not told:
        lines.append("It announces nothing.")
    summary = ", ".join(f"{number} {state}" for state, number in sorted(counted.items()))
    return "\n".join([*lines, "", f"Notices: {summary or 'none'}."]).strip()


def sighting(seen: Seen, review: Review | None, zone: ZoneInfo) -> str:
    """Return a notice of the journal: where and when it stood, and what a person made of it."""
    until = f" until {local(seen.vanished_at, zone)}" if seen.vanished_at else ""
    lines = [*notice(seen.notice, zone)]
    lines.append(f"  in {seen.feed} since {local(seen.first_seen_at, zone)}{until}")
    if review:
        word = "accepted" if review.accepted else "dismissed"
        lines.append(f"  {word} by {clean(review.reviewer)}, {local(review.reviewed_at, zone)}")
        lines += [f"    {told(plan)}" for plan in review.windows]
    elif seen.notice.needs_review:
        mark = seen.notice.fingerprint[:12]
        taken = " --window START/END" if not _counted(seen.notice) else ""
        lines.append(f"  take it over: spot-probe notices accept {mark}{taken}")
        lines.append(f"  or: spot-probe notices dismiss {mark}")
    return "\n".join([*lines, ""])


def notice(one: Notice, zone: ZoneInfo) -> Iterator[str]:
    """Yield a notice's lines."""
    about = f", about {', '.join(one.components)}" if one.components else ""
    yield f"{one.state} {one.fingerprint}{about}"
    yield from (f"  {told(plan)}" for plan in one.windows)
    yield from (f"  proposed: {told(plan)}" for plan in one.proposals)
    for plan in one.cancels:
        yield f"  takes back {local(plan.starts_at, zone)} to {local(plan.ends_at, zone)}"
    if one.reason:
        yield from _filled(f"not understood: {one.reason}", "  ")
    yield from _filled(one.quote or one.text, "  | ")


def told(plan: Plan) -> str:
    """Return a window in words: `outage of spot: every Thursday 21:00-23:00 America/New_York`."""
    about = " (about)" if plan.approximate else ""
    return f"{plan.impact} of {', '.join(plan.components)}: {words.plan(plan)}{about}"


def _counted(one: Notice) -> tuple[Plan, ...]:
    return (*one.windows, *one.proposals)


def _filled(text: str, before: str) -> list[str]:
    shown = clean(text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS]}…").replace("\n", " ")
    return textwrap.wrap(shown, WIDTH, initial_indent=before, subsequent_indent=before)
