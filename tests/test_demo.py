"""The demonstration tells the story that it claims to tell."""

import io
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from rich.console import Console

from probe import config as configuration
from probe.classify import classify
from probe.config import Config
from probe.demo.script import ENDS, SCENES, Scene, Trouble, page
from probe.demo.stage import CONFIG
from probe.demo.story import tell
from probe.demo.view import Said, View
from probe.history.availability import stands
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.page import read_page
from probe.snapshot import snapshot
from probe.types import NoticeState, Observation, Reason, Result, Streak, Target, Verdict
from tests.samples import NOON, OBSERVED_UP
from tests.written import Written, written

SECOND = timedelta(seconds=1)
REASONS = {
    Trouble.AWAY: Reason.STATUS,
    Trouble.SILENT: Reason.TIMEOUT,
    Trouble.ANOTHER_PAGE: Reason.CONTENT,
}


@pytest.fixture
def config() -> Config:
    """Give the demonstration's own configuration."""
    urls = dict.fromkeys(("spot", "idm", "page"), "http://127.0.0.1:1/")
    return configuration.parse(CONFIG.format(**urls), "demo.yml")


def scene_at(second: int) -> Scene:
    """Return what is the case in a second."""
    return [scene for scene in SCENES if scene.at <= second][-1]


def result(target: Target, at: datetime, scene: Scene) -> Result:
    """Return what a probe finds in a scene; SPOT is reached through IDM."""
    trouble = scene.troubles.get(target.name) or scene.troubles.get("idm")
    reason = REASONS[trouble] if trouble else None
    return Result(target=target.name, started_at=at, duration_seconds=0.1, reason=reason)


def played(config: Config, journal: Written) -> Iterator[Observation]:
    """Yield what the service would have observed: a page is read a second after it has changed."""
    streaks: dict[str, Streak | None] = {}
    for second in range(ENDS):
        at = NOON + second * SECOND
        context = Context(
            day=date(2026, 11, 24),
            day_is_borne=False,
            timezone="America/New_York",
            component="spot",
            words=config.words,
            bounds=config.bounds,
        )
        published = read_page(page(scene_at(max(0, second - 1)), NOON), context, {})
        journal.publish("page", published, at, (date(2026, 11, 24), False), {})
        calendar = snapshot(config, journal.board).calendar
        for target in config.targets:
            found = result(target, at, scene_at(second))
            one = classify(found, target, calendar, streaks.get(target.name))
            streaks[target.name] = one.streak
            journal.record(one, stands=stands(target))
            yield one


def test_the_script_tells_the_story(config: Config, tmp_path: Path) -> None:
    """Expected, an overrun, unannounced, expected with IDM, an unread notice; and up between."""
    with written(tmp_path) as journal:
        observed = list(played(config, journal))
    spot = [one for one in observed if one.result.target == "spot"]
    idm = [one for one in observed if one.result.target == "idm"]

    def runs(observations: list[Observation]) -> list[tuple[str, str | None]]:
        said = ((one.verdict.value, one.because and one.because.value) for one in observations)
        return [what for what, _ in groupby(said)]

    up = ("up", None)
    expected = ("expected", None)
    assert runs(spot) == [
        up,
        expected,
        up,
        expected,
        ("unexpected", "overrun"),
        up,
        ("unexpected", "unannounced"),
        up,
        expected,
        up,
        ("unexpected", "unread_notice"),
        up,
    ]
    assert runs(idm) == [up, expected, up]


def test_every_page_is_read_as_it_is_meant(config: Config) -> None:
    """What is announced with its hours is understood to the second; the odd notice is refused."""
    context = Context(
        day=date(2026, 11, 24),
        day_is_borne=False,
        timezone="America/New_York",
        component="spot",
        words=config.words,
        bounds=config.bounds,
    )
    for scene in SCENES:
        reading = read_page(page(scene, NOON), context)
        assert reading.informative
        notices = [n for n in reading.notices if n.state is not NoticeState.IRRELEVANT]
        for said, notice in zip(scene.announced, notices, strict=True):
            if said.words:
                assert notice.state is NoticeState.REFUSED
            else:
                (plan,) = notice.windows
                assert plan.components == (said.component.lower(),)
                assert plan.starts_at == NOON + said.starts * SECOND
                assert plan.ends_at == NOON + said.ends * SECOND


def test_scenes_stand_in_order_and_last_about_a_minute() -> None:
    """Each is long enough to be seen."""
    starts = [scene.at for scene in SCENES] + [ENDS]
    assert all(3 <= after - before <= 7 for before, after in pairwise(starts))
    assert 60 <= ENDS <= 90


def test_the_screen_shows_verdicts_and_hostile_words_as_words(config: Config) -> None:
    """What stands in a scene or a log line is no markup."""
    console = Console(width=100, file=io.StringIO(), force_terminal=True, color_system=None)
    view = View(
        url="http://127.0.0.1:1/",
        beginning=NOON,
        ends=ENDS,
        said=Said(console),
        scene=replace(SCENES[0], words="[red]not red[/red]"),
        observed={target.name: deque() for target in config.targets},
    )
    view.see(OBSERVED_UP)
    view.see(OBSERVED_UP)
    console.print(view.render(NOON + 3 * SECOND, 100))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "[red]not red[/red]" in text
    assert "3 s of" in text
    assert len(view.observed["spot"]) == 1


@pytest.mark.anyio
async def test_the_real_service_plays_a_short_story(tmp_path: Path) -> None:
    """Servers, service and report on loopback: an outage that nobody announced."""
    console = Console(file=io.StringIO(), width=120)
    away = Scene(at=1, title="Away", words="Gone.", troubles={"spot": Trouble.AWAY})
    made = await tell([SCENES[0], away], 4, tmp_path, "127.0.0.1:0", console)
    incidents = made.report.incidents
    assert [one.incident.target for one in incidents] == ["spot"]
    assert incidents[0].incident.seconds[Verdict.EXPECTED] == 0
    assert (tmp_path / "demo.yml").is_file()
    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    assert "Away. Gone." in said
    assert "spot: unexpected, because unannounced" in said
