"""What a single value of the configuration must be.

Each check raises ValueError with the words that tell the reader what would be right.
"""

import ipaddress
import itertools
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

import regex
from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from probe.config import units
from probe.config.exposure import Exposure
from probe.maintenance import zones
from probe.runtime.files import MOST_PEM_BYTES, beginning

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CONTROL = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f]")
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")
_VISIBLE = re.compile(r"[!-~]+([ \t]+[!-~]+)*")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: A time of day as the JSON Schema has it.
_CLOCK = r"^([01]?\d|2[0-3]):[0-5]\d$"
_TIME = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")

LONGEST_ADDRESS = 2_000
LONGEST_HEADER = 8_000
LONGEST_CONTACT = 200
#: Further away a window a year long would leave what a date can be.
EARLIEST, LATEST = 1971, 9000
#: What frames a request is ours to say; two of it would be two requests.
OURS = frozenset(
    {"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "proxy-authorization", "proxy-connection"}
)

#: 24:00, which compares as 00:00; its fold tells the two apart, and means nothing else.
DAYS_END = time(fold=1)


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("write a name of letters, digits, '.', '_' and '-', 64 at the most")
    return value


class Whole:
    """All that is written, defaults included, before it is known whether it is good.

    What the check of every single target asks of all the others is worked out once.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self._names: dict[str, Mapping[str, int]] = {}

    @cached_property
    def components(self) -> Collection[str] | None:
        """Every component that is named; None where a bad value leaves that open."""
        named = self.values.get("components")
        targets = _mappings(self.values.get("targets"))
        lists = [_strings(target.get("components")) for target in targets]
        if not (isinstance(named, dict) and lists and all(lists)):
            return None
        return {*map(str, named), *itertools.chain.from_iterable(lists)}

    @cached_property
    def speaking(self) -> Mapping[str, int] | None:
        """How many targets, feeds and windows speak of each component; None as above.

        A component's own words, and a target of its name, speak of it enough.
        """
        named, targets = self.values.get("components"), _mappings(self.values.get("targets"))
        names = [str(target.get("name")) for target in targets]
        if not isinstance(named, dict) or not all(map(_NAME.fullmatch, names)):
            return None
        maintenance = self.values.get("maintenance")
        planned = maintenance if isinstance(maintenance, dict) else {}
        others = itertools.chain(*map(_mappings, planned.values()))
        sections = (*targets, *_mappings(self.values.get("feeds")), *others)
        spoken = Counter(value for one in sections for value in {*_spoken_of(one)})
        return spoken + Counter({str(name): 2 for name in (*named, *names)})

    def names(self, section: str) -> Mapping[str, int]:
        """Return how often each name stands in a list of sections."""
        if section not in self._names:
            items = _mappings(self.values.get(section))
            self._names[section] = Counter(str(item.get("name")) for item in items)
        return self._names[section]


def _known_component(value: str, info: ValidationInfo) -> str:
    """Refuse a component that nothing has: a mistyped one would excuse nothing, silently."""
    known = _whole(info).components
    if known and value not in known:
        raise ValueError(f"no target has this component; known are {', '.join(sorted(known))}")
    return value


def _defined_component(value: str, info: ValidationInfo) -> str:
    """Refuse a target's component of which nothing else speaks: it is a slip of the pen."""
    speaking = _whole(info).speaking
    if speaking is not None and speaking.get(value, 0) <= 1:
        named = merged(info).get("components") or {}
        known = ", ".join(sorted({*map(str, named)})) or "none"
        raise ValueError(
            f"nothing else speaks of this component; below components: are {known}; "
            "mend it, or name it there with its words"
        )
    return value


def _spoken_of(section: Mapping[str, Any]) -> Sequence[str]:
    """Return the components of a target, a feed or a window."""
    return [*_strings(section.get("components")), *_strings([section.get("component")])]


def merged(info: ValidationInfo) -> Mapping[str, Any]:
    """Return all that is written, defaults included, before it is known whether it is good."""
    return _whole(info).values


def _whole(info: ValidationInfo) -> Whole:
    whole: Whole = (info.context or {}).get("whole") or Whole({})
    return whole


def _mappings(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else ()


def _strings(value: Any) -> Sequence[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else ()


def _zone(value: str) -> str:
    zones.zone(value)
    return value


def _parts(value: str, schemes: Collection[str]) -> SplitResult | None:
    """Return the parts of an address of one of these schemes; None for what is none."""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in schemes and parts.port != 0 and _is_host(parts.hostname)
    except ValueError:
        return None
    return parts if valid and len(value) <= LONGEST_ADDRESS and not _CONTROL.search(value) else None


def _is_host(name: str | None) -> bool:
    """Whether a name can be looked up, or is an address in figures."""
    if not name:
        return False
    try:
        return bool(_HOST.fullmatch(name.encode("idna").decode())) or ":" in name
    except UnicodeError:
        return False


def url(value: str) -> str:
    """Require an http or https address that can be asked: without a fragment, which is not sent."""
    if _parts(value, {"http", "https"}) is None or " " in value:
        raise ValueError("write an address such as https://thespot.fcso.com/")
    if "#" in value:
        raise ValueError("leave out # and what follows: it is never sent")
    return value


def proxy(value: str) -> str:
    """Require the address of a proxy, with or without a user."""
    parts = _parts(value, {"http", "https"})
    if parts is None or " " in value or parts.path not in {"", "/"} or parts.query or "#" in value:
        raise ValueError("write an address such as http://proxy.example:3128")
    return value


def mailbox(value: str) -> str:
    """Require an IMAP address: `imaps://imap.example.org/INBOX`."""
    parts = _parts(value, {"imap", "imap+starttls", "imaps"})
    if parts is None or "@" in parts.netloc:
        raise ValueError("write an address such as imaps://imap.example.org/INBOX, without a user")
    return value


def mail_server(value: str) -> str:
    """Require the address of a server that takes e-mail, secured: a password goes there."""
    parts = _parts(value, {"smtps", "smtp+starttls"})
    if parts is None or "@" in parts.netloc or parts.path not in {"", "/"} or parts.query:
        raise ValueError("write an address such as smtps://smtp.example.org, without a user")
    return value


def without_credentials(value: str) -> str:
    """Refuse user and password in an address."""
    if "@" in urlsplit(value).netloc:
        raise ValueError("leave user and password out: the probe posts no credentials")
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
    parts = _parts(value, {"tcp"})
    if parts is None or not parts.port or parts.path or "@" in parts.netloc or parts.query:
        raise ValueError("write an address and its port: tcp://1.1.1.1:443")
    return value


def host(value: str) -> str:
    """Require the name of a host."""
    if not _is_host(value) or ":" in value:
        raise ValueError("write the name of a host, such as thespot.fcso.com")
    return value


def contact(value: str) -> str:
    """Require what a User-Agent can say: one line of ASCII, and nobody's password."""
    if value and not _VISIBLE.fullmatch(value):
        raise ValueError("write one line in ASCII, such as mailto:oncall@example.org")
    if "://" in value and "@" in urlsplit(value).netloc:
        raise ValueError("leave user and password out: every site that is asked reads it")
    if len(value) > LONGEST_CONTACT:
        raise ValueError(f"write at most {LONGEST_CONTACT} characters")
    return value


def sendable(value: str) -> str:
    """Require what a protocol of lines in ASCII can send: a user's name, a password, a sender."""
    if not _VISIBLE.fullmatch(value):
        raise ValueError("write one line in ASCII; nothing else can be sent")
    return value


def line(value: str) -> str:
    """Require one line of text."""
    if not value.strip() or _CONTROL.search(value) or len(value) > LONGEST_CONTACT:
        raise ValueError(f"write one line of at most {LONGEST_CONTACT} characters")
    return value


def _file(value: str, info: ValidationInfo) -> str:
    try:
        path = Path((info.context or {}).get("directory", "")) / value
        if not path.is_file():
            raise ValueError(
                "there is no such file; a relative path starts at the configuration's own"
            )
        encoded = b"-----BEGIN" in beginning(path, MOST_PEM_BYTES)
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
        regex.compile(value)  # it is this that seeks, because it can be stopped
    except (re.error, regex.error) as error:
        # A message may name a group, and so quote what an environment variable had.
        words = re.sub(" '.*'", "", str(error))
        raise ValueError(f"not a regular expression: {words}") from error
    return value


def network(value: str) -> str:
    """Require an address or a network of addresses."""
    try:
        ip_network(value)
    except ValueError:
        raise ValueError("write an address or a network: 10.1.2.3, 10.0.0.0/8, fd00::/8") from None
    return value


def status(value: Any) -> int:
    """Require an HTTP status."""
    value = _number(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:  # noqa: PLR2004  (HTTP's own range)
        raise ValueError("write a status from 100 to 599")
    return value


def header_name(value: str) -> str:
    """Require the name of a header that is not the protocol's own."""
    if not _TOKEN.fullmatch(value):
        raise ValueError("write a header's name, letters and '-'")
    if value.lower() in OURS:
        raise ValueError("leave it out: it is part of how a request is sent, and that is ours")
    return value


def header_value(value: str) -> str:
    """Require a header's value on one line."""
    if re.search(r"[\r\n\x00]", value):
        raise ValueError("write a header's value on one line")
    if value and not _VISIBLE.fullmatch(value):
        raise ValueError("write a header's value in ASCII, without a blank at either end")
    if len(value) > LONGEST_HEADER:
        raise ValueError(f"write at most {LONGEST_HEADER} characters")
    return value


def each_once(value: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse a header that is written in two ways."""
    names = [name.lower() for name in value]
    if len(names) != len({*names}):
        twice = next(name for name in value if names.count(name.lower()) > 1)
        raise ValueError(f"{twice} stands twice; keep one")
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
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write an instant: 2026-12-05T22:00, or with its offset") from None
    if not EARLIEST <= at.year <= LATEST:
        raise ValueError(f"write a year from {EARLIEST} to {LATEST}")
    return at


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write a date: 2026-12-24") from None


def at_least(least: timedelta, most: timedelta = units.LONGEST) -> AfterValidator:
    """Return a check for durations that are too short or too long."""

    def check(value: timedelta) -> timedelta:
        if value < least:
            raise ValueError(f"write at least {units.write_duration(least)}")
        if value > most:
            raise ValueError(f"write at most {units.write_duration(most)}")
        return value

    return AfterValidator(check)


def at_most(most: int, text: str) -> AfterValidator:
    """Return a check for sizes in bytes, which are at least one byte."""

    def check(value: int) -> int:
        if not 0 < value <= most:
            raise ValueError(f"write a size from 1 to {text}")
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
        if _whole(info).names(section).get(value, 0) > 1:
            raise ValueError("stands twice; give each its own name")
        return value

    return AfterValidator(check)


Name = Annotated[str, AfterValidator(_name), Exposure.PUBLIC]
KnownComponent = Annotated[str, AfterValidator(_known_component), Exposure.PUBLIC]
DefinedComponent = Annotated[
    str, AfterValidator(_name), AfterValidator(_defined_component), Exposure.PUBLIC
]
#: A line that everybody may read: on the status page, in a notice.
Words = Annotated[str, Exposure.PUBLIC]
Line = Annotated[str, AfterValidator(line), Exposure.PUBLIC]
Contact = Annotated[str, AfterValidator(contact)]
HeaderName = Annotated[str, AfterValidator(header_name)]
HeaderValue = Annotated[str, AfterValidator(header_value), Exposure.SECRET]
Headers = Annotated[dict[HeaderName, HeaderValue], AfterValidator(each_once)]
Secret = Annotated[str, Exposure.SECRET]
Sendable = Annotated[str, AfterValidator(sendable)]
Match = Annotated[str, AfterValidator(match), Exposure.PUBLIC]
Pattern = Annotated[str, AfterValidator(pattern)]
Network = Annotated[str, AfterValidator(network)]
Status = Annotated[int, BeforeValidator(status)]
TcpAddress = Annotated[str, AfterValidator(tcp), Exposure.ADDRESS]
Zone = Annotated[str, AfterValidator(_zone), Exposure.PUBLIC]
Host = Annotated[str, AfterValidator(host)]
Url = Annotated[str, AfterValidator(url), Exposure.ADDRESS]
#: Whoever knows it may use it.
SecretUrl = Annotated[
    str, AfterValidator(url), AfterValidator(without_credentials), Exposure.ORIGIN
]
Proxy = Annotated[str, AfterValidator(proxy), Exposure.ORIGIN]
File = Annotated[str, AfterValidator(_file)]
Duration = Annotated[
    timedelta,
    BeforeValidator(units.duration),
    WithJsonSchema(
        {"anyOf": [{"const": 0}, {"type": "string", "pattern": "^([0-9]+(y|w|d|h|ms|m|s))+$|^0$"}]}
    ),
]
Positive = Annotated[Duration, at_least(timedelta(milliseconds=1))]
Size = Annotated[
    int,
    BeforeValidator(units.size),
    WithJsonSchema({"type": ["integer", "string"], "pattern": r"^[0-9]+(B|kB|[KMG]i?B)?$"}),
]
TimeOfDay = Annotated[
    time, BeforeValidator(_time_of_day), WithJsonSchema({"type": "string", "pattern": _CLOCK})
]
EndOfDay = Annotated[
    time,
    BeforeValidator(_end_of_day),
    WithJsonSchema({"type": "string", "pattern": f"{_CLOCK}|^24:00$"}),
]
LocalInstant = Annotated[
    datetime,
    BeforeValidator(_local_instant),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-"}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
