"""What a good file means, and what holds where it says nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from probe.config import Config, DocumentError, load, parse
from probe.config.exposure import HIDDEN
from probe.config.sections import Sections
from probe.types import Bounds, FeedKind, Impact, Reason


def read(text: str, **environment: str) -> Config:
    """Return what a text means, in an environment."""
    return parse(text, "probe.yml", environment=environment)


def test_without_a_file_the_real_addresses_are_probed() -> None:
    """The built-in configuration does the real job."""
    config = load(None, {})
    assert {t.name: t.url for t in config.targets} == {
        "spot": "https://thespot.fcso.com/",
        "idm": "https://home.idm.cms.gov/",
    }
    assert {t.name: t.components for t in config.targets} == {
        "spot": ("spot", "idm"),
        "idm": ("idm",),
    }
    (feed,) = config.feeds
    assert (feed.name, feed.kind, feed.component) == ("first-coast", FeedKind.PAGE, "spot")
    assert feed.timezone == "America/New_York"
    assert set(config.components) == {"spot", "idm", "mfa_email"}


def test_no_weekly_window_is_built_in() -> None:
    """The published hours have changed before: a built-in window would hide an outage."""
    assert load(None, {}).published == ()


def test_a_target_has_the_documented_defaults() -> None:
    """30 s, 5 s, three attempts, status 200, and what an outage explains."""
    (target,) = read("targets: [{name: a, url: 'http://a.example/', components: [a]}]").targets
    assert target.interval == timedelta(seconds=30)
    assert target.timeout == timedelta(seconds=5)
    assert target.attempts == 3
    assert target.expect.status == (200,)
    assert target.excuses == {
        *(Reason.CONNECT, Reason.TIMEOUT, Reason.PROTOCOL),
        *(Reason.STATUS, Reason.CONTENT, Reason.REDIRECT),
    }
    assert target.tls.verify
    assert (target.http.method, target.http.max_redirects) == ("GET", 10)
    assert (target.http.max_body, target.http.max_header) == (1 << 20, 64 << 10)


def test_a_feed_has_the_documented_defaults() -> None:
    """10 min between two reads, each within 15 s."""
    (feed,) = read(
        "feeds: [{name: a, kind: page, url: 'http://a.example/', component: spot}]"
    ).feeds
    assert (feed.refresh, feed.timeout) == (timedelta(minutes=10), timedelta(seconds=15))


def test_every_default_stands_in_one_file() -> None:
    """No section has a default of its own but for what is empty."""

    def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
        yield model
        for field in model.model_fields.values():
            for one in (field.annotation, *getattr(field.annotation, "__args__", ())):
                if isinstance(one, type) and issubclass(one, BaseModel):
                    yield from sections(one)

    for section in sections(Sections):
        for name, field in section.model_fields.items():
            assert field.is_required() or not field.get_default(), f"{section.__name__}.{name}"


def test_a_reader_without_a_configuration_has_the_same_bounds() -> None:
    """The pure reader's own are those that are configured by default."""
    assert load(None, {}).bounds == Bounds()


@pytest.mark.parametrize("section", ["maintenance", "components"])
def test_an_emptied_mapping_is_switched_off(section: str) -> None:
    """Nothing built in is left, and what has to be somewhere stays."""
    config = read(f"{section}: {{}}")
    assert not (config.off_peak if section == "maintenance" else config.words)
    assert config.bounds == Bounds()


@pytest.mark.parametrize("section", ["receipt: {}", "journal: {}", "maintenance: {bounds: {}}"])
def test_settings_that_have_to_be_somewhere_cannot_be_emptied(section: str) -> None:
    """Their defaults hold."""
    usual, config = load(None, {}), read(section)
    assert (config.receipt, config.retention) == (usual.receipt, usual.retention)
    assert config.bounds == usual.bounds


def test_one_bound_does_not_lift_the_others() -> None:
    """What is not said of a section keeps its default."""
    bounds = read("maintenance: {bounds: {longest: 5d}}").bounds
    assert bounds == replace(Bounds(), longest=timedelta(days=5))


def test_expect_without_status_means_200() -> None:
    """Naming another condition does not drop the status."""
    text = (
        "targets: [{name: a, url: 'http://a.example/', components: [a], expect: {body_lacks: [x]}}]"
    )
    assert read(text).targets[0].expect.status == (200,)


def test_targets_replace_the_default_list() -> None:
    """A target of one's own is the only one then."""
    text = "targets: [{name: a, url: 'http://a.example/', components: [a]}]"
    assert [target.name for target in read(text).targets] == ["a"]


def test_an_emptied_section_is_switched_off() -> None:
    """`[]` is no default."""
    config = read("feeds: []\nconnectivity: []\n")
    assert config.feeds == ()
    assert config.connectivity == ()


def test_a_mapping_is_filled_up_from_the_defaults() -> None:
    """Further components do not take the built-in ones away."""
    config = read("components: {portal: {words: [Portal]}}")
    assert config.words["portal"] == ("Portal",)
    assert "SPOT" in config.words["spot"]
    assert read("maintenance: {weekly: []}").off_peak == load(None, {}).off_peak


def test_an_interval_may_be_just_as_long_as_its_attempts() -> None:
    """3 attempts of 1 s fit into 3 s where nobody is asked about the own network."""
    text = (
        "connectivity: []\ntargets: [{name: a, url: 'http://a.example/', components: [a],"
        " interval: 3s, timeout: 1s, attempts: 3}]"
    )
    assert read(text).targets[0].interval == timedelta(seconds=3)


def test_a_weekly_window_is_on_its_day_in_its_zone() -> None:
    """Thursday 9-11 p.m. Eastern, configured, always published."""
    (item,) = read(
        "maintenance: {weekly: [{component: spot, day: thursday, from: '21:00', until: '23:00'}]}"
    ).published
    assert item.plan.recurrence == "RRULE:FREQ=WEEKLY;BYDAY=TH"
    assert item.plan.starts_at.strftime("%A %H:%M") == "Thursday 21:00"
    assert item.plan.ends_at - item.plan.starts_at == timedelta(hours=2)
    assert (item.published_at, item.plan.timezone) == (None, "America/New_York")


@pytest.mark.parametrize(("until", "hours"), [("01:00", 4), ("24:00", 3), ("20:59", 23.9833333333)])
def test_a_weekly_window_may_cross_midnight(until: str, hours: float) -> None:
    """It belongs to the day on which it starts."""
    (item,) = read(
        "maintenance: {weekly: [{component: spot, day: thursday, from: '21:00',"
        f" until: '{until}'}}]}}"
    ).published
    assert item.plan.starts_at.strftime("%A") == "Thursday"
    assert (item.plan.ends_at - item.plan.starts_at) / timedelta(hours=1) == pytest.approx(hours)


def test_from_midnight_to_midnight_is_a_whole_day() -> None:
    """24:00 is the day's end, and not its start."""
    hours = "from: '00:00', until: '24:00'"
    config = read(
        f"maintenance:\n  weekly: [{{component: spot, day: sunday, {hours}}}]\n"
        f"  off_peak: [{{component: idm, {hours}}}]\n"
    )
    (item,) = config.published
    assert item.plan.starts_at.strftime("%A %H:%M") == "Sunday 00:00"
    assert item.plan.ends_at - item.plan.starts_at == timedelta(days=1)
    (quiet,) = config.off_peak
    assert (quiet.from_, quiet.until, quiet.until.fold) == (time(), time(), 0)


def test_an_instant_without_an_offset_is_in_the_zone() -> None:
    """And one with an offset is literal."""
    (item,) = read(
        "timezone: America/Chicago\n"
        "maintenance:\n"
        "  windows:\n"
        "    - {components: [idm], starts_at: 2026-12-05T22:00, ends_at: 2026-12-06T04:00-05:00}\n"
    ).published
    assert item.plan.starts_at.astimezone(UTC) == datetime(2026, 12, 6, 4, tzinfo=UTC)
    assert item.plan.ends_at.astimezone(UTC) == datetime(2026, 12, 6, 9, tzinfo=UTC)
    assert item.plan.impact is Impact.OUTAGE


def test_a_window_in_the_hour_that_a_clock_repeats_is_as_long_as_it_is() -> None:
    """Its end is the second 1:15, 45 minutes after the first 1:30."""
    (item,) = read(
        "timezone: America/New_York\n"
        "maintenance:\n"
        "  windows:\n"
        "    - {components: [idm], starts_at: 2026-11-01T01:30, ends_at: 2026-11-01T01:15}\n"
    ).published
    assert item.plan.starts_at.astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert item.plan.ends_at.astimezone(UTC) == datetime(2026, 11, 1, 6, 15, tzinfo=UTC)


def test_times_are_never_read_as_numbers() -> None:
    """YAML 1.1 makes 1260 of an unquoted 21:00, and False of no."""
    (item,) = read(
        "maintenance: {weekly: [{component: spot, day: thursday, from: 21:00, until: 23:00}]}"
    ).published
    assert item.plan.starts_at.time() == time(21)


def test_the_environment_and_files_fill_in_values(tmp_path: Path) -> None:
    """`${NAME}`, `${file:PATH}`, and `$${` for a literal one."""
    secret = tmp_path / "token"
    secret.write_text("abc\n", encoding="utf-8")
    config = read(
        "targets:\n"
        "  - name: a\n"
        "    url: https://${HOST}/\n"
        "    components: [a]\n"
        "    http:\n"
        "      headers:\n"
        f"        Authorization: Bearer ${{file:{secret}}}\n"
        "        X-Raw: $${HOST}\n",
        HOST="a.example",
    )
    (target,) = config.targets
    assert target.url == "https://a.example/"
    assert target.http.headers == {"Authorization": "Bearer abc", "X-Raw": "${HOST}"}


def test_a_number_may_come_from_the_environment() -> None:
    """Digits are a number where a number stands, and a word where a word does."""
    text = (
        "targets: [{name: a, url: 'http://a.example/', components: [a],"
        " attempts: '${N}', expect: {status: ['${S}'], body_contains: ['${S}']}}]"
    )
    (target,) = read(text, N="2", S="204").targets
    assert (target.attempts, target.expect.status) == (2, (204,))
    assert target.expect.body_contains == ("204",)


def test_what_is_shown_hides_secrets_and_can_be_read_again() -> None:
    """Headers' values and proxies' users are hidden; a placeholder stays one."""
    config = read(
        "contact: ${CONTACT}\n"
        "targets:\n"
        "  - name: a\n"
        "    url: https://a.example/\n"
        "    components: [a]\n"
        "    http: {headers: {Authorization: Bearer abc}, proxy: 'http://me:pw@proxy.example:3128'}\n",
        CONTACT="mailto:a@b.example",
    )
    shown = yaml.safe_dump(config.shown, sort_keys=False)
    assert "abc" not in shown
    assert "pw@" not in shown
    assert "${CONTACT}" in shown
    assert config.shown["targets"][0]["http"]["headers"] == {"Authorization": HIDDEN}
    assert read(shown, CONTACT="x").feeds == config.feeds


def test_files_are_found_beside_the_configuration(tmp_path: Path) -> None:
    """A relative path starts where the file that names it is."""
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    path = tmp_path / "probe.yml"
    path.write_text(
        "targets: [{name: a, url: 'https://a.example/', components: [a], tls: {ca_file: ca.pem}}]",
        encoding="utf-8",
    )
    assert load(str(path), {}).targets[0].tls.ca_file == str(tmp_path / "ca.pem")


def test_feeds_and_secrets_are_found_beside_the_configuration(tmp_path: Path) -> None:
    """As certificates are, from whatever directory the probe is started."""
    (tmp_path / "contact").write_text("me@a.example\n", encoding="utf-8")
    path = tmp_path / "probe.yml"
    for key in ("path: a.html", "url: a.html"):
        path.write_text(
            f"contact: ${{file:contact}}\nfeeds: [{{name: a, kind: file, component: spot, {key}}}]",
            encoding="utf-8",
        )
        config = load(str(path), {})
        assert config.contact == "me@a.example"
        assert config.feeds[0].url == str(tmp_path / "a.html")


def test_a_file_feed_names_its_path_either_way() -> None:
    """`path`, `url` and `file://` mean the same."""
    for key in ("path: /srv/a.html", "url: /srv/a.html", "url: 'file:///srv/a.html'"):
        (feed,) = read(f"feeds: [{{name: a, kind: file, component: spot, {key}}}]").feeds
        assert feed.url == "/srv/a.html"


def test_closed_days_are_dates() -> None:
    """They join the federal holidays."""
    config = read("receipt: {closed: [2026-12-24], holidays: none}")
    assert config.receipt.closed == {date(2026, 12, 24)}
    assert not config.receipt.federal_holidays
    assert config.receipt.cutoff == time(18)


FRAGMENTS = (
    *("targets", "a", "1", "1.5", "~", "null", "!!foo ", "!!int ", "!!timestamp ", "!!map ", "!x "),
    *("!!set ", "!!binary ", "&a ", "*a", "? ", "- ", ": ", ": ", "[", "]", "{", "}", ", ", "\n"),
    *("\n  ", "<<", '"', "'", "|", ">", "%", "---", "...", "#", "${A}", "9" * 5000),
)


@given(st.text(max_size=300) | st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join))
def test_no_text_does_anything_but_load_or_be_refused(text: str) -> None:
    """Whatever stands in a file, the answer is a configuration or a DocumentError."""
    try:
        said = len(read(text).targets)
    except DocumentError as error:
        said = len(error.problems)
    assert said > 0


def test_what_is_shown_has_every_default_and_means_the_same() -> None:
    """Interval, timeout and the rest stand there, and the text is a configuration again."""
    config = read(
        "targets: [{name: a, url: 'http://a.example/', components: [a], timeout: 800ms}]\n"
        "feeds: [{name: f, kind: file, path: /srv/a.html, component: a}]\n"
        "maintenance:\n"
        "  weekly: [{component: a, day: friday, from: '00:00', until: '24:00'}]\n"
        "  windows: [{components: [a], starts_at: 2026-12-05T22:00, ends_at: 2026-12-06T04:00}]\n"
        "receipt: {closed: [2026-12-24]}\n"
    )
    (target,) = config.shown["targets"]
    assert (target["interval"], target["timeout"], target["attempts"]) == ("30s", "800ms", 3)
    assert target["expect"]["status"] == [200]
    again = read(yaml.safe_dump(config.shown, sort_keys=False))
    assert (again.targets, again.feeds, again.published) == (
        config.targets,
        config.feeds,
        config.published,
    )
    assert (again.receipt, again.bounds) == (config.receipt, config.bounds)
    assert again.shown == config.shown
