"""What a single value of the configuration must be.

Each check raises ValueError with the words that tell the reader what would be right.
"""

import ipaddress
import itertools
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from probe.config import units
from probe.maintenance import zones

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TIME = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")

#: 24:00, which compares as 00:00; its fold tells the two apart, and means nothing else.
DAYS_END = time(fold=1)


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("write a name of letters, digits, '.', '_' and '-', 64 at the most")
    return value


def _known_component(value: str, info: ValidationInfo) -> str:
    """Refuse a component that nothing has: a mistyped one would excuse nothing, silently."""
    known = _components(merged(info))
    if known and value not in known:
        raise ValueError(f"no target has this component; known are {', '.join(sorted(known))}")
    return value


def _components(whole: Mapping[str, Any]) -> set[str] | None:
    """Return every component that is named; None where a bad value leaves that open."""
    named = whole.get("components")
    lists = [_strings(target.get("components")) for target in _mappings(whole.get("targets"))]
    if not (isinstance(named, dict) and lists and all(lists)):
        return None
    return {*map(str, named), *itertools.chain.from_iterable(lists)}


def merged(info: ValidationInfo) -> Mapping[str, Any]:
    """Return all that is written, defaults included, before it is known whether it is good."""
    whole: Mapping[str, Any] = (info.context or {}).get("merged", {})
    return whole


def _mappings(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else ()


def _strings(value: Any) -> Sequence[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else ()


def _zone(value: str) -> str:
    zones.zone(value)
    return value


def url(value: str) -> str:
    """Require an http or https address."""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid or re.search(r"[\s\x00-\x1f]", value):
        raise ValueError("write an address such as https://thespot.fcso.com/")
    return value


def mailbox(value: str) -> str:
    """Require an IMAP address: `imaps://imap.example.org/INBOX`."""
    try:
        parts = urlsplit(value)
        known = parts.scheme in {"imap", "imap+starttls", "imaps"}
        valid = known and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("write an address such as imaps://imap.example.org/INBOX, without a user")
    return value


def without_credentials(value: str) -> str:
    """Refuse user and password in an address."""
    if "@" in urlsplit(value).netloc:
        raise ValueError("leave user and password out: the probe posts no credentials")
    return value


def url_without_credentials(value: str) -> str:
    """Require an http or https address of a feed, whose user and password belong in a header."""
    if "@" in urlsplit(url(value)).netloc:
        raise ValueError(
            "leave user and password out; write them as http: {headers: {Authorization: Basic ...}}"
        )
    return value


def in_clear(value: str) -> bool:
    """Return whether a password for a mailbox would go over a network in clear."""
    parts = urlsplit(value)
    if parts.scheme != "imap":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname != "localhost"


def match(value: str) -> str:
    """Require words, or a regular expression between slashes."""
    if not value.strip("/ "):
        raise ValueError("write a word, words, or /a pattern/")
    is_pattern = len(value) > 1 and value.startswith("/") and value.endswith("/")
    return f"/{pattern(value[1:-1])}/" if is_pattern else value


def tcp(value: str) -> str:
    """Require `tcp://host:port`."""
    try:
        parts = urlsplit(value)
        valid = parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("write an address and its port: tcp://1.1.1.1:443")
    return value


def _file(value: str, info: ValidationInfo) -> str:
    path = Path((info.context or {}).get("directory", "")) / value
    if not path.is_file():
        raise ValueError("there is no such file; a relative path starts at the configuration's own")
    try:
        encoded = b"-----BEGIN" in path.read_bytes()
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from error
    if not encoded:
        raise ValueError("not a certificate or key in PEM: it has no line that starts -----BEGIN")
    return str(path)


def _number(value: Any) -> Any:
    """Return the number that digits are: what a placeholder stands for is a text."""
    short = isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value)
    return int(value) if short else value


def pattern(value: str) -> str:
    """Require a regular expression."""
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return value


def status(value: Any) -> int:
    """Require an HTTP status."""
    value = _number(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:  # noqa: PLR2004  (HTTP's own range)
        raise ValueError("write a status from 100 to 599")
    return value


def header_name(value: str) -> str:
    """Require a header's name."""
    if not _TOKEN.fullmatch(value):
        raise ValueError("write a header's name, letters and '-'")
    return value


def header_value(value: str) -> str:
    """Require a header's value on one line."""
    if re.search(r"[\r\n\x00]", value):
        raise ValueError("write a header's value on one line")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError("write a header's value in the characters of ISO 8859-1") from None
    return value


def _time_of_day(value: Any) -> time:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write a time of day in quotes: "21:00"')
    return time(int(match["hour"]), int(match["minute"]))


def _end_of_day(value: Any) -> time:
    return DAYS_END if value == "24:00" else _time_of_day(value)


def _local_instant(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write an instant: 2026-12-05T22:00, or with its offset") from None


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write a date: 2026-12-24") from None


def at_least(least: timedelta) -> AfterValidator:
    """Return a check for durations that are too short."""

    def check(value: timedelta) -> timedelta:
        if value < least:
            raise ValueError(f"write at least {units.write_duration(least)}")
        return value

    return AfterValidator(check)


def whole(least: int, most: int) -> BeforeValidator:
    """Return a check for whole numbers in a range, both ends included."""

    def check(value: Any) -> int:
        value = _number(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return value

    return BeforeValidator(check)


def filled(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Require at least one item."""
    if not value:
        raise ValueError("write at least one")
    return value


def alone_in(section: str) -> AfterValidator:
    """Return a check that no other item of a list has the name, good or bad otherwise."""

    def check(value: str, info: ValidationInfo) -> str:
        items = merged(info).get(section)
        names = [item.get("name") for item in _mappings(items)]
        if names.count(value) > 1:
            raise ValueError("stands twice; give each its own name")
        return value

    return AfterValidator(check)


Name = Annotated[str, AfterValidator(_name)]
KnownComponent = Annotated[str, AfterValidator(_known_component)]
HeaderName = Annotated[str, AfterValidator(header_name)]
HeaderValue = Annotated[str, AfterValidator(header_value)]
Match = Annotated[str, AfterValidator(match)]
Pattern = Annotated[str, AfterValidator(pattern)]
Status = Annotated[int, BeforeValidator(status)]
TcpAddress = Annotated[str, AfterValidator(tcp)]
Zone = Annotated[str, AfterValidator(_zone)]
Url = Annotated[str, AfterValidator(url)]
File = Annotated[str, AfterValidator(_file)]
Duration = Annotated[timedelta, BeforeValidator(units.duration)]
Positive = Annotated[Duration, at_least(timedelta(milliseconds=1))]
Size = Annotated[int, BeforeValidator(units.size)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
EndOfDay = Annotated[time, BeforeValidator(_end_of_day)]
LocalInstant = Annotated[datetime, BeforeValidator(_local_instant)]
Day = Annotated[date, BeforeValidator(_day)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
