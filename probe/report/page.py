"""A report as one HTML file that needs nothing else: for a browser, a printer, an e-mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from probe.report import charts, words
from probe.report.figures import Outcome, Period, Report
from probe.types import Incident, Span, Verdict

#: What fits on two pages; the rest is counted, and all of it is in the CSV.
MOST_INCIDENTS, MOST_WINDOWS = 16, 12


def write(report: Report, spans: Mapping[str, Sequence[Span]]) -> str:
    """Return the page; the words of notices are escaped like everything else."""
    zone = ZoneInfo(report.timezone)
    incidents = sorted(
        sorted(report.incidents, key=lambda one: _weight(one.incident))[:MOST_INCIDENTS],
        key=lambda one: one.incident.started_at,
    )
    windows = report.windows[-MOST_WINDOWS:]
    period = Period(start=report.start, end=report.end)
    return _template().render(
        report=report,
        title=title(report, zone),
        zone=zone,
        words=words,
        verdict=Verdict,
        charts={name: charts.chart(own, period, zone) for name, own in spans.items()},
        incidents=incidents,
        more_incidents=len(report.incidents) - len(incidents),
        differing=[one for one in incidents if one.difference],
        windows=[(one, charts.strip(one)) for one in windows],
        more_windows=len(report.windows) - len(windows),
        unused=sum(one.outcome is Outcome.NOTHING_FAILED for one in report.windows),
    )


def title(report: Report, zone: ZoneInfo) -> str:
    """Return what the report is about: a month by its name, else its first and its last day."""
    first = report.start.astimezone(zone)
    after = report.end.astimezone(zone)
    last = (report.end - datetime.resolution).astimezone(zone).date()
    midnights = first.time() == after.time() == time()
    if midnights and first.day == after.day == 1 and last.month == first.month:
        return f"{first:%B %Y}"
    return f"{first.date()}" if last == first.date() else f"{first.date()} to {last}"


def _weight(incident: Incident) -> tuple[float, float]:
    seconds = incident.seconds
    return (-seconds[Verdict.UNEXPECTED], -seconds[Verdict.EXPECTED])


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("probe.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole"] = _whole
    return environment.get_template("report.html")


def _whole(text: str) -> str:
    """Return a text that no line end divides."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
