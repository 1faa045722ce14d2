"""What people read, wherever it is shown: one sentence for each closed word, names in a row."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from probe.types import Because, Cause, Reason

LONGEST_BEGINNING = 160

#: Why a failure was unexpected.
BECAUSES: Mapping[Because, str] = {
    Because.OVERRUN: "The failures began inside announced maintenance that has ended.",
    Because.EARLY: "Maintenance that would explain it starts within the hour.",
    Because.NOT_EXCUSED: "Maintenance is announced now, but not one that explains this failure.",
    Because.UNREAD_NOTICE: "A notice about it could not be understood and waits for a person.",
    Because.OTHER_COMPONENT: "An outage is announced now, but of something else.",
    Because.ADVISORY: "Maintenance without hours is announced, and these are off-peak hours.",
    Because.UNANNOUNCED: "Nothing that was published announces it.",
}

#: What went wrong, to follow a colon or stand among others.
REASONS: Mapping[Reason, str] = {
    Reason.DNS: "its name was not resolved",
    Reason.CONNECT: "no connection",
    Reason.TLS: "its certificate or TLS failed",
    Reason.TIMEOUT: "no answer in time",
    Reason.PROTOCOL: "a broken answer",
    Reason.STATUS: "an error status",
    Reason.BLOCKED: "the probe is turned away",
    Reason.CONTENT: "the page says something else",
    Reason.REDIRECT: "it leads somewhere else",
    Reason.INTERNAL: "a fault of the probe",
}

#: Why a failure says nothing of its target.
CAUSES: Mapping[Cause, str] = {
    Cause.NETWORK: "The probe's own network is down, so its failure says nothing.",
    Cause.STARVED: "The probe itself was late or out of resources, so its failure says nothing.",
}


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence has them: `A`, `A and B`, `A, B and C`; empty for none."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def not_known(never_read: Iterable[str]) -> str:
    """Return what feeds that were never read leave unknown; empty where every feed was read."""
    names = [*never_read]
    they_were = "it was" if len(names) == 1 else "they were"
    announce = "announces" if len(names) == 1 else "announce"
    said = f"It is not known what {listed(names)} {announce}: {they_were} never read."
    return said if names else ""


def moment(at: datetime, zone: tzinfo) -> str:
    """Return an instant in its zone and in UTC: `Thu Dec 3, 9:00 PM EST (02:00 UTC)`."""
    local = at.astimezone(zone)
    shown = f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M %p %Z}"
    return f"{shown} ({at.astimezone(UTC):%H:%M} UTC)"


def beginning(text: str) -> str:
    """Return how a stranger's text begins: one printable line, bounded, cut between words.

    It is without `<` and `>`, by which a chat would call everybody.
    """
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(re.sub(r"[<>]", " ", printable).split())
    if len(line) <= LONGEST_BEGINNING:
        return line
    return line[:LONGEST_BEGINNING].rpartition(" ")[0] + " …"
