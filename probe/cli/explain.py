"""`explain`: the verdict that a failure would get, and the rule by which it gets it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from probe.classify import EARLY, affects, classify
from probe.cli.access import Access, access
from probe.cli.options import At, ConfigFile, StoragePath, TextOrJson, instant
from probe.cli.terminal import local, span, tell
from probe.english import BECAUSES, listed
from probe.maintenance.waiting import accepting, mark, told
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps
from probe.types import (
    Because,
    Impact,
    NoticeState,
    Observation,
    Reason,
    Result,
    Seen,
    Target,
    Window,
)

STEP = "  "


def explain(
    target_name: Annotated[
        str, typer.Argument(metavar="TARGET", help="A target of the configuration.")
    ],
    at: At = None,
    reason: Annotated[
        Reason,
        typer.Option("--reason", metavar="REASON", help=f"Why it would fail: {listed(Reason)}."),
    ] = Reason.CONNECT,
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    form: Annotated[TextOrJson, typer.Option("--format")] = TextOrJson.TEXT,
) -> None:
    """Print the verdict that a failure of a target would get at an instant, and why."""
    with access(config_file, storage_path) as using:
        config = using.config
        target = next((one for one in config.targets if one.name == target_name), None)
        if target is None:
            names = ", ".join(one.name for one in config.targets)
            raise typer.BadParameter(f"no target is called {target_name!r}; there are: {names}")
        result = Result(
            target=target.name,
            started_at=instant(at, config.timezone, now()),
            duration_seconds=0,
            reason=reason,
            attempt_failures=(reason,),
        )
        streak = using.ongoing(target.name, result.started_at)
        observation = classify(result, target, using.snapshot.calendar, streak)
        if form is TextOrJson.TEXT:
            _tell(using, target, observation)
            return
    fields = {
        "target": target.name,
        "at": result.started_at,
        "reason": reason,
        "verdict": observation.verdict,
        "because": observation.because,
        "window": observation.window,
    }
    typer.echo(dumps(fields))


def _tell(using: Access, target: Target, observation: Observation) -> None:
    result, zone, because = observation.result, using.config.timezone, observation.because
    at = local(result.started_at, zone)
    tell(f"A failure of {target.name} ({result.reason}) at {at} would be {observation.verdict}.")
    if because:
        tell(f"Because: {because}. {BECAUSES[because]}")
    if observation.streak and observation.streak.since < result.started_at:
        tell(f"It has been failing since {local(observation.streak.since, zone)}.")
    if observation.window:
        _tell_window(using, observation.window, "it excuses this failure")
    else:
        for window, rule in _windows(using, target, observation):
            _tell_window(using, window, rule)
        if unread := using.snapshot.explaining(observation, target):
            for sentence in (*told(unread, zone), accepting(unread)):
                tell(sentence)
        for seen in _advisories(using, target, observation):
            tell(f"Notice {mark(seen)}, in {seen.feed} since {local(seen.first_seen_at, zone)}")
            tell(seen.notice.quote or seen.notice.text, first=f"{STEP}| ")
        for gap in using.not_known(now()):
            tell(gap)


def _tell_window(using: Access, window: Window, rule: str) -> None:
    """Print a window, what it has to do with the failure, and the words that were relied on."""
    when = span(window.starts_at, window.ends_at, using.config.timezone)
    about = f"{window.impact} of {listed(window.components)}"
    tell(f"Window: {about}, {when}, from {window.source}: {rule}.", indent=STEP)
    if window.quote:
        tell(window.quote, first=f"{STEP}| ")


def _windows(
    using: Access, target: Target, observation: Observation
) -> Iterator[tuple[Window, str]]:
    """Yield the windows that came near to excusing an unexpected failure, each with its rule."""
    at, calendar = observation.result.started_at, using.snapshot.calendar
    if observation.because is Because.OVERRUN and observation.streak and observation.streak.window:
        ended = observation.streak.window
        yield ended, "it excused the first of these failures, and has ended"
    for window in calendar.between(at, at + datetime.resolution):
        yield window, _rule(using, window, target, observation)
    if observation.because is Because.EARLY:
        for window in calendar.upcoming(at, EARLY):
            if affects(window, target):
                yield window, "it has not begun"


def _rule(using: Access, window: Window, target: Target, observation: Observation) -> str:
    """Return the rule by which an open window does not excuse a failure, the first that holds."""
    at, reason = observation.result.started_at, observation.result.reason
    if window.published_at is not None and window.published_at > at:
        return f"it was published later, {local(window.published_at, using.config.timezone)}"
    if not affects(window, target):
        return f"it is not about {listed(target.components)}, on which {target.name} depends"
    if window.impact is not Impact.OUTAGE:
        return f"it is {window.impact}, and only an outage excuses"
    return f"an outage excuses {listed(sorted(target.excuses))} of {target.name}, and not {reason}"


def _advisories(using: Access, target: Target, observation: Observation) -> Iterator[Seen]:
    """Yield the standing announcements without hours that an unexpected failure is put down to."""
    if observation.because is not Because.ADVISORY:
        return
    for seen in using.snapshot.standing:
        is_advisory = using.snapshot.state(seen) is NoticeState.ADVISORY
        if is_advisory and not set(seen.notice.components).isdisjoint(target.components):
            yield seen
