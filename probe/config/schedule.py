"""The shape of `maintenance`, and what its windows mean."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from probe.config.defaults import UNSAID
from probe.config.section import Section, before
from probe.config.values import (
    EndOfDay,
    KnownComponent,
    LocalInstant,
    Name,
    Positive,
    TimeOfDay,
    Weekday,
    Words,
    Zone,
    filled,
    merged,
    whole,
)
from probe.maintenance import recurrence, zones
from probe.types import (
    Impact,
    OffPeak,
    Plan,
    Published,
)

CONFIGURED = "configuration"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: A Monday before anything of ours; a weekly window's first occurrence falls into its week.
FIRST_WEEK = date(2001, 1, 1)


class WeeklySection(Section):
    """One of `maintenance.weekly`; it belongs to the day on which it starts."""

    unsaid = UNSAID["weekly"]

    component: KnownComponent
    day: Weekday
    from_: TimeOfDay = Field(alias="from")
    until: EndOfDay
    impact: Impact
    timezone: Zone | None = None

    @field_validator("until")
    @classmethod
    def _lasts(cls, until: time, info: ValidationInfo) -> time:
        if before(info, "from_") == (until,) and not until.fold:
            raise ValueError("the window ends when it starts; write another time")
        return until

    def published(self, timezone: str) -> Published:
        """Return the window as it was configured, in its zone or else in `timezone`."""
        name = self.timezone or timezone
        number = DAYS.index(self.day)
        day = FIRST_WEEK + timedelta(days=number)
        start = datetime.combine(day, self.from_)
        end = datetime.combine(day + timedelta(days=self.until <= self.from_), self.until)
        zone = ZoneInfo(name)
        return Published(
            id=f"weekly/{self.component}/{self.day}/{self.from_:%H:%M}",
            source=CONFIGURED,
            plan=Plan(
                components=(self.component,),
                impact=self.impact,
                starts_at=zones.resolve(start, zone, end=False),
                ends_at=zones.resolve(end, zone, end=True),
                recurrence=f"RRULE:FREQ=WEEKLY;BYDAY={recurrence.DAYS[number]}",
                timezone=name,
            ),
        )


class WindowSection(Section):
    """One of `maintenance.windows`."""

    unsaid = UNSAID["windows"]

    components: Annotated[tuple[KnownComponent, ...], AfterValidator(filled)]
    timezone: Zone | None = None
    starts_at: LocalInstant
    ends_at: LocalInstant
    impact: Impact
    note: Words

    @field_validator("ends_at")
    @classmethod
    def _comes_after_its_start(cls, ends_at: datetime, info: ValidationInfo) -> datetime:
        match before(info, "timezone", "starts_at"):
            case timezone, starts_at if zone := _zone(timezone or merged(info).get("timezone")):
                start, end = _at(starts_at, zone, end=False), _at(ends_at, zone, end=True)
                lasts = zones.length(start, end)
                if lasts <= timedelta():
                    raise ValueError("does not come after starts_at; write a later instant")
                if lasts > zones.LONGEST:
                    raise ValueError(
                        f"is more than {zones.LONGEST.days} days later; look at the years"
                    )
        return ends_at

    def published(self, timezone: str) -> Published:
        """Return the window as it was configured, in its zone or else in `timezone`."""
        name = self.timezone or timezone
        zone = ZoneInfo(name)
        return Published(
            id=f"window/{'+'.join(self.components)}/{self.starts_at.isoformat(timespec='minutes')}",
            source=CONFIGURED,
            quote=self.note,
            plan=Plan(
                components=self.components,
                impact=self.impact,
                starts_at=_at(self.starts_at, zone, end=False),
                ends_at=_at(self.ends_at, zone, end=True),
                timezone=name,
            ),
        )


def _zone(name: object) -> ZoneInfo | None:
    """Return the zone of a name; None for a bad one, which is said where it stands."""
    try:
        return zones.zone(str(name))
    except ValueError:
        return None


def _at(value: datetime, zone: ZoneInfo, *, end: bool) -> datetime:
    """Return an instant in `zone`; one that has its own offset is literal."""
    return value.astimezone(zone) if value.tzinfo else zones.resolve(value, zone, end=end)


class OffPeakSection(Section):
    """One of `maintenance.off_peak`."""

    component: Name
    from_: TimeOfDay = Field(alias="from")
    until: EndOfDay
    timezone: Zone | None = None

    @field_validator("until")
    @classmethod
    def _last(cls, until: time, info: ValidationInfo) -> time:
        if before(info, "from_") == (until,) and not until.fold:
            raise ValueError("the hours end when they start; write another time")
        return until

    def off_peak(self, timezone: str) -> OffPeak:
        """Return the hours, in their zone or else in `timezone`."""
        return OffPeak(
            component=self.component,
            from_=self.from_,
            until=self.until.replace(fold=0),
            timezone=self.timezone or timezone,
        )


class BoundsSection(Section):
    """`maintenance.bounds`: what is too much to be believed."""

    unsaid = UNSAID["bounds"]

    longest: Positive
    furthest: Positive
    per_page: Annotated[int, whole(1, 10_000)]
    total: Positive
    total_within: Positive


class MaintenanceSection(Section):
    """`maintenance`."""

    unsaid = UNSAID["maintenance"]

    weekly: tuple[WeeklySection, ...]
    windows: tuple[WindowSection, ...]
    off_peak: tuple[OffPeakSection, ...]
    bounds: BoundsSection
