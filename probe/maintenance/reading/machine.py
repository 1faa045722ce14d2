"""What programs write into a notice for programs: a start and an end that beat the prose."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.components import components_of
from probe.maintenance.reading.context import Context
from probe.types import Impact, Plan

_INSTANT = r"(\d{4}-\d\d-\d\dT[\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d))"
_RECORD = re.compile(rf"start\w*[: ]+{_INSTANT}[,; ]+end\w*[: ]+{_INSTANT}", re.IGNORECASE)
_LESSENED = re.compile(r"expected ?degraded", re.IGNORECASE)


def record_in(folded: str) -> re.Match[str] | None:
    """Return where a text holds such a record, as Upptime writes it."""
    return _RECORD.search(folded)


def plan_of_record(record: re.Match[str], folded: str, context: Context) -> Plan:
    """Return the plan of a record; raises UncertainError for what is no time or out of bounds."""
    try:
        start, end = (datetime.fromisoformat(record[n]) for n in (1, 2))
    except ValueError as error:
        raise UncertainError("its start and end are no times") from error
    seen = datetime.combine(context.day, time(), tzinfo=UTC)
    is_long = end - start > context.bounds.longest
    is_far = start - seen > context.bounds.furthest
    if not start < end or is_long or is_far or end <= seen:
        raise UncertainError("its start and end are out of bounds")
    return Plan(
        components=components_of(folded, context),
        impact=Impact.DEGRADED if _LESSENED.search(folded) else Impact.OUTAGE,
        starts_at=start.astimezone(ZoneInfo("UTC")),
        ends_at=end.astimezone(ZoneInfo("UTC")),
        timezone="UTC",
    )
