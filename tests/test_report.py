"""The report of a journal whose figures were computed by hand, in all of its forms."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from probe import config as configuration
from probe.classify import classify
from probe.cli import app
from probe.config import Config
from probe.history.availability import midnight, stands
from probe.report import charts, page, rows, words
from probe.report.figures import Outcome, Period, Report
from probe.report.gather import Gathered, gather
from probe.snapshot import snapshot
from probe.types import (
    Because,
    Impact,
    Notice,
    NoticeState,
    Plan,
    PublishedStatus,
    Reading,
    Reason,
    Result,
    Streak,
    Verdict,
)
from tests.observed import observed
from tests.written import Written, written

EASTERN = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
CONFIG = """
targets:
  - {name: spot, url: "https://spot.example/", components: [spot, idm], interval: 15m}
feeds:
  - {name: page, kind: page, url: "https://page.example/", component: spot}
maintenance:
  windows:
    - {components: [idm], starts_at: 2026-03-08T01:00, ends_at: 2026-03-08T05:00}
    - {components: [spot], starts_at: 2026-03-09T22:00, ends_at: 2026-03-09T23:00}
    - {components: [spot], starts_at: 2026-03-09T11:00, ends_at: 2026-03-09T13:00}
"""
HOSTILE = "=HYPERLINK(1) <script>alert(1)</script> SPOT is unavailable 4-6 p.m."


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of March 2026, where the clock goes forward on the 8th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=EASTERN)


#: The 7th, 8th and 9th: 24 + 23 + 24 hours.
PERIOD = Period(start=midnight(date(2026, 3, 7), EASTERN), end=midnight(date(2026, 3, 10), EASTERN))
NOW = local(20, 12)

#: The probe begins on the 7th at 6 a.m.; on the 9th nothing is probed from 10:15 to 14:00.
PROBED = ((local(7, 6), local(9, 10, 15)), (local(9, 14), local(10, 0)))
#: First failure, recovery, reason, and how long the first took to be confirmed.
FAILED = (
    (local(7, 12), local(7, 12, 45), Reason.CONNECT, 10),
    (local(8, 1, 30), local(8, 5, 30), Reason.STATUS, 20),
    (local(9, 16), local(9, 17), Reason.TIMEOUT, 30),
)
OURS = (local(9, 20), local(9, 20, 30))


def fill(journal: Written, config: Config) -> None:
    """Observe the three days: every quarter of an hour, judged as the service judges."""
    plan = Plan(
        components=("spot",),
        impact=Impact.OUTAGE,
        starts_at=local(9, 16),
        ends_at=local(9, 18),
        timezone="America/New_York",
    )
    notice = Notice(
        fingerprint="f" * 64,
        text=HOSTILE,
        quote=HOSTILE,
        state=NoticeState.UNDERSTOOD,
        windows=(plan,),
        components=("spot",),
    )
    day = (date(2026, 3, 9), True)
    before = Reading(status={"spot": PublishedStatus.AVAILABLE}, notices=())
    journal.publish("page", before, local(7, 0), day, {})
    journal.publish("page", replace(before, notices=(notice,)), local(9, 16, 30), day, {})
    (target,), calendar = config.targets, snapshot(config, journal.board).calendar
    streak: Streak | None = None
    for start, end in PROBED:
        at = start.astimezone(ZoneInfo("UTC"))
        while at < end:
            result = result_at(at)
            observation = classify(result, target, calendar, streak)
            streak = observation.streak
            journal.record(observation, stands=stands(target))
            at += 15 * MINUTE


def result_at(at: datetime) -> Result:
    """Return what a probe would have found."""
    failed = [row for row in FAILED if row[0] <= at < row[1]]
    reason = failed[0][2] if failed else Reason.CONNECT if OURS[0] <= at < OURS[1] else None
    took = timedelta(seconds=failed[0][3] if failed else 1)
    return Result(
        target="spot",
        started_at=at,
        duration_seconds=0.2,
        reason=reason,
        online=None if failed or reason is None else False,
        decided_at=at + took,
    )


@pytest.fixture
def config() -> Config:
    """Give the configuration."""
    return configuration.parse(CONFIG, "test.yml")


@pytest.fixture
def journal(tmp_path: Path, config: Config) -> Iterator[Written]:
    """Give the journal of the three days."""
    with written(tmp_path) as opened:
        fill(opened, config)
        yield opened


@pytest.fixture
def made(journal: Written, config: Config) -> Gathered:
    """Give the report of the three days."""
    return gather(config, journal, snapshot(config, journal.board), PERIOD, NOW)


@pytest.fixture
def report(made: Gathered) -> Report:
    """Give its figures."""
    return made.report


def minutes(parts: object) -> tuple[float, ...]:
    """Return up, expected, unexpected, inconclusive and unknown minutes."""
    names = ("up", "expected", "unexpected", "inconclusive", "unknown")
    return tuple(getattr(parts, name) / 60 for name in names)


# --- by hand ---------------------------------------------------------------------------------
# 71 h are 4260 min. Unknown: 6 h before the first, and from 10:30 (the last observation, at 10:00,
# stands for half an hour) to 14:00, together 570. Ours: 30. The first outage lasts 45. The second
# is from 1:30 EST to 5:30 EDT, 3 h of real time: 150 in the window, 30 after it. The third is in a
# window that was published half an hour after it began: 30 and 30. Up: what is left.


def test_the_whole_time_is_as_computed_by_hand(report: Report) -> None:
    """Of the 71 hours of three days, one of which has 23."""
    (spot,) = report.targets
    assert minutes(spot.availability) == (3375, 180, 105, 30, 570)
    assert spot.of_all_time == pytest.approx(3375 / 3660)
    assert spot.of_unplanned_time == pytest.approx(3375 / 3480)
    assert spot.unknown_share == pytest.approx(570 / 4260)


def test_the_days_are_as_computed_by_hand(report: Report) -> None:
    """The 8th has 23 hours."""
    (spot,) = report.targets
    assert {day.day: minutes(parts) for day, parts in spot.days.items()} == {
        7: (1035, 0, 45, 0, 360),
        8: (1200, 150, 30, 0, 0),
        9: (1140, 30, 30, 30, 210),
    }
    assert [day.day for day in spot.worst_days] == [7, 8, 9]


def test_what_is_known_now_is_as_computed_by_hand(report: Report) -> None:
    """The late notice excuses the half hour before it; nothing that was counted changes."""
    (spot,) = report.targets
    assert minutes(spot.availability_known_now) == (3375, 210, 75, 30, 570)
    assert spot.of_unplanned_time_known_now == pytest.approx(3375 / 3450)


def test_the_incidents_are_as_computed_by_hand(report: Report) -> None:
    """Each with its parts, why, and what was known to be published when it began."""
    one, two, three = report.incidents
    got = [
        (i.incident.started_at, i.incident.ended_at, i.incident.reasons, i.incident.because)
        for i in report.incidents
    ]
    assert got == [
        (local(7, 12), local(7, 12, 45), (Reason.CONNECT,), (Because.UNANNOUNCED,)),
        (local(8, 1, 30), local(8, 5, 30), (Reason.STATUS,), (Because.OVERRUN,)),
        (local(9, 16), local(9, 17), (Reason.TIMEOUT,), (Because.UNANNOUNCED,)),
    ]
    assert one.incident.seconds == {Verdict.EXPECTED: 0, Verdict.UNEXPECTED: 45 * 60}
    assert two.incident.seconds == {Verdict.EXPECTED: 150 * 60, Verdict.UNEXPECTED: 30 * 60}
    assert three.incident.seconds == {Verdict.EXPECTED: 30 * 60, Verdict.UNEXPECTED: 30 * 60}
    assert one.incident.published == {"spot": PublishedStatus.AVAILABLE}


def test_the_difference_names_its_notice(report: Report) -> None:
    """As labelled then and as known now, by whom, and how late it came."""
    one, _, three = report.incidents
    assert three.known_now == {Verdict.EXPECTED: 3600, Verdict.UNEXPECTED: 0}
    assert three.because_now == ()
    (window,) = three.difference
    assert (window.source, window.quote) == ("page", HOSTILE)
    assert window.published_at == local(9, 16, 30)
    assert three.published_late_seconds == 30 * 60
    assert one.known_now == one.incident.seconds
    assert (one.difference, one.published_late_seconds) == ((), None)


def test_detection_is_from_the_first_attempt_to_its_confirmation(report: Report) -> None:
    """10, 20 and 30 s; the median of them."""
    assert [one.detection_seconds for one in report.incidents] == [10, 20, 30]
    assert report.targets[0].median_detection_seconds == 20


def test_windows_are_shown_as_planned_and_as_they_were(report: Report) -> None:
    """Failing from and until, overrun, nothing failed, and one in which nothing was probed."""
    got = [
        (w.window.starts_at, w.outcome, w.failing_from, w.failing_until, w.overrun_seconds)
        for w in report.windows
    ]
    assert got == [
        (local(8, 1), Outcome.FAILED, local(8, 1, 30), local(8, 5), 30 * 60),
        (local(9, 11), Outcome.NOT_OBSERVED, None, None, 0),
        (local(9, 16), Outcome.FAILED, local(9, 16), local(9, 17), 0),
        (local(9, 22), Outcome.NOTHING_FAILED, None, None, 0),
    ]
    across, _, late, _ = report.windows
    assert across.failing_seconds == 150 * 60
    assert late.published_late_seconds == 30 * 60


def test_a_report_reaches_no_further_than_now(journal: Written, config: Config) -> None:
    """What is yet to come is not unknown, and a window that is open is told so."""
    now = local(9, 22, 30)
    made = gather(config, journal, snapshot(config, journal.board), PERIOD, now).report
    assert made.end == now
    assert sum(minutes(made.targets[0].availability)) == 4260 - 90
    assert made.windows[-1].outcome is Outcome.OPEN


def test_thinning_changes_no_figure(journal: Written, config: Config, report: Report) -> None:
    """The whole report, before and after."""
    journal.thin(local(1, 0), whole_from=NOW)
    assert gather(config, journal, snapshot(config, journal.board), PERIOD, NOW).report == report


def test_a_cut_report_has_cut_days(journal: Written, config: Config) -> None:
    """From noon to noon there are two halves of a day; the incident is shown whole."""
    period = Period(start=local(7, 12, 15), end=local(8, 12))
    made = gather(config, journal, snapshot(config, journal.board), period, NOW).report
    (spot,) = made.targets
    assert [sum(minutes(parts)) for parts in spot.days.values()] == [705, 660]
    assert spot.availability.unexpected == 30 * 60 + 30 * 60
    assert made.incidents[0].incident.started_at == local(7, 12)


def test_a_former_target_is_still_in_the_report(journal: Written, config: Config) -> None:
    """It has its figures; hindsight needs components, which nobody knows any more."""
    spot = replace(config.targets[0], name="portal")
    renamed = replace(config, targets=(spot,))
    made = gather(renamed, journal, snapshot(renamed, journal.board), PERIOD, NOW).report
    assert [target.target for target in made.targets] == ["portal", "spot"]
    assert made.targets[1].incidents == 3


# --- its forms -------------------------------------------------------------------------------


def test_the_csv_has_a_row_for_each_interval(report: Report) -> None:
    """A period, days, incidents, windows; instants in the zone, cells that are no formula."""
    found = list(csv.DictReader(io.StringIO(rows.write(report))))
    kinds = [row["kind"] for row in found]
    assert kinds == ["period"] + 3 * ["day"] + 3 * ["incident"] + 4 * ["window"]
    assert float(found[0]["unexpected_seconds"]) == 105 * 60
    assert float(found[0]["unexpected_seconds_known_now"]) == 75 * 60
    assert (found[2]["starts_at"], found[2]["ends_at"]) == (
        "2026-03-08T00:00:00-05:00",
        "2026-03-09T00:00:00-04:00",
    )
    assert found[6]["words"] == "'" + HOSTILE


def test_the_page_needs_nothing_else(made: Gathered) -> None:
    """No script, nothing that is loaded, and no address at all."""
    text = page.write(made.report, made.spans)
    tree = LexborHTMLParser(text)
    for selector in ("script", "link", "img", "iframe", "object", "[src]", "[href]", "[onload]"):
        assert tree.css(selector) == []
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_hostile_words_stay_words(made: Gathered) -> None:
    """What a notice says is shown as it stands and does nothing."""
    tree = LexborHTMLParser(page.write(made.report, made.spans))
    quote = tree.css_first("blockquote")
    assert quote is not None
    assert "<script>alert(1)</script>" in quote.text()


def test_the_page_says_the_figures(made: Gathered) -> None:
    """Shares rounded down, both ways and as known now, and the two parts of an incident."""
    tree = LexborHTMLParser(page.write(made.report, made.spans))
    text = " ".join(tree.body.text().split()) if tree.body else ""
    assert "Availability, 2026-03-07 to 2026-03-09" in text
    for said in ("96.98 %", "97.82 % as known now", "92.21 %", "13.38 %", "overran 30 min"):
        assert said in text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_chart_shows_the_worst_of_each_five_minutes(made: Gathered) -> None:
    """A day a row, all of it, whatever the clocks do."""
    found = charts.chart(made.spans["spot"], PERIOD, EASTERN).rows
    assert [row.label for row in found] == ["Sat 07", "Sun 08", "Mon 09"]
    assert [bar.says for bar in found[0].bars] == ["unknown", "up", "unexpected", "up"]
    assert found[0].bars[0].length == 0.25
    for row in found:
        assert sum(bar.length for bar in row.bars) == pytest.approx(1)


def test_a_page_has_an_upper_bound(config: Config, tmp_path: Path) -> None:
    """A target that flaps every minute for weeks makes no endless page."""
    long = Period(start=local(1, 0), end=local(31, 0))
    with written(tmp_path) as journal:
        for number in range(20):
            line = observed(".x" * 30, start=PERIOD.start + number * timedelta(hours=3))
            journal.record(*line, stands=MINUTE)
        made = gather(config, journal, snapshot(config, journal.board), long, local(31, 1))
    assert len(made.report.incidents) == 600
    text = page.write(made.report, made.spans)
    assert len(text) < 100_000
    assert "And 584 shorter ones" in text


def test_a_long_time_has_a_row_a_week() -> None:
    """And not hundreds."""
    period = Period(start=local(1, 0), end=local(1, 0) + timedelta(days=365))
    assert len(charts.chart((), period, EASTERN).rows) == 53


def test_less_than_a_day_is_one_row(made: Gathered) -> None:
    """As long as what it shows, with its ends below it."""
    short = Period(start=local(7, 11, 45), end=local(7, 12, 45))
    found = charts.chart(made.spans["spot"], short, EASTERN)
    (row,) = found.rows
    assert [(bar.says, bar.begins, bar.length) for bar in row.bars] == [
        ("up", 0, 0.25),
        ("unexpected", 0.25, 0.75),
    ]
    assert [tick.label for tick in found.ticks] == ["11:45:00", "12:45:00"]


TITLES = [
    ("a month has its name", date(2026, 3, 1), date(2026, 4, 1), "March 2026"),
    ("a day is one", date(2026, 3, 8), date(2026, 3, 9), "2026-03-08"),
    ("several have a first and a last", date(2026, 3, 8), date(2026, 3, 11),
     "2026-03-08 to 2026-03-10"),
    ("two months are days", date(2026, 3, 1), date(2026, 5, 1), "2026-03-01 to 2026-04-30"),
    ("a year is days", date(2025, 3, 1), date(2026, 3, 1), "2025-03-01 to 2026-02-28"),
]  # fmt: skip


@pytest.mark.parametrize(("_", "first", "after", "said"), TITLES, ids=[r[0] for r in TITLES])
def test_a_report_has_a_title(report: Report, _: str, first: date, after: date, said: str) -> None:
    """What it is about, as people say it."""
    start, end = midnight(first, EASTERN), midnight(after, EASTERN)
    assert page.title(replace(report, start=start, end=end), EASTERN) == said


WORDS = [
    ("nothing known", None, words.NOTHING),
    ("all of it", 1.0, "100 %"),
    ("what failed is never rounded away", 0.9999999, "99.999 %"),
    ("a float that stands for 99.9 %", 0.999, "99.900 %"),
    ("none", 0.0, "0.00 %"),
]


@pytest.mark.parametrize(("_", "value", "said"), WORDS, ids=[r[0] for r in WORDS])
def test_shares_are_rounded_down(_: str, value: float | None, said: str) -> None:
    """In percent."""
    assert words.share(value) == said


DURATIONS = [
    (None, words.NOTHING), (0, "0 s"), (0.227, "227 ms"), (59.4, "59 s"), (60, "1 min"),
    (61, "1 min 1 s"), (3600, "1 h"), (3661, "1 h 1 min"), (86_400, "1 d"), (90_000, "1 d 1 h"),
]  # fmt: skip


@pytest.mark.parametrize(("seconds", "said"), DURATIONS)
def test_durations_have_two_units(seconds: float | None, said: str) -> None:
    """The two largest, without those that are nothing."""
    assert words.duration(seconds) == said


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def flags(tmp_path: Path, journal: Written) -> list[str]:
    """Give the flags of a command beside that journal."""
    file = tmp_path / "probe.yml"
    file.write_text(CONFIG, encoding="utf-8")
    del journal
    return [f"--config.file={file}", f"--storage.path={tmp_path}"]


def run(*arguments: str) -> tuple[int, str]:
    """Run the command."""
    done = CliRunner().invoke(app, ["report", *arguments])
    return done.exit_code, done.output


FORMS = [("table", "unannounced"), ("json", '"worst_days"'), ("csv", "kind,"), ("html", "<!doct")]


@pytest.mark.parametrize(("form", "said"), FORMS)
def test_every_form_is_printed(flags: list[str], form: str, said: str) -> None:
    """Of the three days, with days and with instants."""
    status, text = run("--from", "2026-03-07", "--to", "2026-03-10", "--format", form, *flags)
    assert status == 0
    assert said in text


def test_the_json_has_the_names_of_the_figures(flags: list[str]) -> None:
    """And instants with their offset."""
    status, text = run("--month", "2026-03", "--format", "json", *flags)
    assert status == 0
    said = json.loads(text)
    assert said["start"] == "2026-03-01T05:00:00+00:00"
    assert said["end"] == "2026-04-01T04:00:00+00:00"
    assert said["targets"][0]["days"]["2026-03-08"]["expected"] == 9000
    assert said["incidents"][2]["difference"][0]["source"] == "page"


WRONG = [
    ("a month and a start are two spans", ["--month", "2026-03", "--from", "2026-03-01"]),
    ("no such month", ["--month", "2026-13"]),
    ("a month is written with its year", ["--month", "march"]),
    ("an end before the start", ["--from", "2026-03-02", "--to", "2026-03-01"]),
    ("an empty span", ["--from", "2026-03-02", "--to", "2026-03-02"]),
    ("what is yet to come", ["--from", "2999-01-01", "--to", "2999-02-01"]),
    ("the last month that there is", ["--month", "9999-12"]),
    ("no instant", ["--from", "yesterday"]),
]


@pytest.mark.parametrize(("_", "arguments"), WRONG, ids=[r[0] for r in WRONG])
def test_what_cannot_be_reported_is_told(_: str, arguments: list[str]) -> None:
    """With exit status 2."""
    status, text = run(*arguments)
    assert status == 2
    assert "Error" in text
