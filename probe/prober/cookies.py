"""The cookies of one exchange, kept and sent back as browsers do it (RFC 6265bis, section 5).

Python's own cookie jar refuses much of what browsers take, and writes anew what it gives back. Here
names and values are bytes, and go back as they came.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

import httpx

_MOST_BYTES, _MOST_ATTRIBUTE_BYTES = 4096, 1024
_MOST_COOKIES = 100
_BLANKS = b" \t"
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

_DATE_PARTS = re.compile(rb"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(rb"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")
_DAY = re.compile(rb"(\d{1,2})(?!\d)")
_YEAR = re.compile(rb"(\d{2,4})(?!\d)")
_MONTHS = tuple(b"jan feb mar apr may jun jul aug sep oct nov dec".split())
_CENTURY, _NINETEENTH, _LEAST_YEAR = 100, 70, 1601


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: bytes
    value: bytes
    domain: str
    host_only: bool
    path: bytes
    secure: bool

    def goes_to(self, url: httpx.URL) -> bool:
        host = _host(url)
        here = host == self.domain if self.host_only else _below(host, self.domain)
        return (
            here
            and _path_matches(_path(url), self.path)
            and (not self.secure or url.scheme == "https")
        )


class Jar:
    """Takes Set-Cookie headers and gives the Cookie header for the next request."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[bytes, str, bytes], _Cookie] = {}

    def take(self, url: httpx.URL, fields: Iterable[bytes], now: datetime) -> None:
        """Keep what an answer from a URL sets; what has expired by `now` is forgotten."""
        for field in fields:
            name, value, attributes = _parsed(field)
            cookie = _cookie(url, name, value, attributes)
            if cookie is None:
                continue
            key = (cookie.name, cookie.domain, cookie.path)
            if _expired(attributes, now):
                self._cookies.pop(key, None)
            elif key in self._cookies or len(self._cookies) < _MOST_COOKIES:
                self._cookies[key] = cookie

    def header(self, url: httpx.URL) -> bytes:
        """Return the Cookie header's value for a URL, longer paths first; empty for none."""
        going = [cookie for cookie in self._cookies.values() if cookie.goes_to(url)]
        going.sort(key=lambda cookie: -len(cookie.path))
        return b"; ".join(
            b"%s=%s" % (one.name, one.value) if one.name else one.value for one in going
        )


def _parsed(field: bytes) -> tuple[bytes, bytes, dict[bytes, bytes]]:
    """Take a Set-Cookie header apart; of attributes that stand twice the last counts."""
    pair, *rest = field.split(b";")
    name, equals, value = pair.partition(b"=")
    if not equals:
        name, value = b"", name
    attributes: dict[bytes, bytes] = {}
    for attribute in rest:
        key, _, said = attribute.partition(b"=")
        if len(said.strip(_BLANKS)) <= _MOST_ATTRIBUTE_BYTES:
            attributes[key.strip(_BLANKS).lower()] = said.strip(_BLANKS)
    return name.strip(_BLANKS), value.strip(_BLANKS), attributes


def _cookie(
    url: httpx.URL, name: bytes, value: bytes, attributes: dict[bytes, bytes]
) -> _Cookie | None:
    """Return the cookie that may be kept of what a URL's answer set, if any."""
    if not (name or value) or len(name) + len(value) > _MOST_BYTES or _CONTROL.search(name + value):
        return None
    host = _host(url)
    given = attributes.get(b"domain", b"").decode("latin-1").lower().removeprefix(".")
    # A domain of one label is a public suffix, and nobody's own.
    if given and given != host and ("." not in given.strip(".") or not _below(host, given)):
        return None
    path = attributes.get(b"path", b"")
    secure = b"secure" in attributes
    made = _Cookie(
        name=name,
        value=value,
        domain=given or host,
        host_only=not given,
        path=path if path.startswith(b"/") else _default_path(_path(url)),
        secure=secure,
    )
    if secure and url.scheme != "https":
        return None
    bound = name.lower() if name else value.lower()
    if bound.startswith(b"__secure-") and not secure:
        return None
    if bound.startswith(b"__host-") and not (secure and made.host_only and path == b"/"):
        return None
    return made


def _expired(attributes: dict[bytes, bytes], now: datetime) -> bool:
    age = attributes.get(b"max-age", b"")
    if re.fullmatch(rb"-?[0-9]+", age):
        return age.startswith(b"-") or not age.strip(b"0")
    ends = _date(attributes.get(b"expires", b""))
    return ends is not None and ends <= now


def _date(text: bytes) -> datetime | None:
    """Read a date as section 5.1.1 does: parts in any order, the first of each kind."""
    time = day = month = year = None
    for part in _DATE_PARTS.findall(text):
        if time is None and (found := _TIME.match(part)):
            time = int(found[1]), int(found[2]), int(found[3])
        elif day is None and (found := _DAY.match(part)):
            day = int(found[1])
        elif month is None and part[:3].lower() in _MONTHS:
            month = 1 + _MONTHS.index(part[:3].lower())
        elif year is None and (found := _YEAR.match(part)):
            year = int(found[1])
            year += 0 if year >= _CENTURY else 1900 if year >= _NINETEENTH else 2000
    if time is None or day is None or month is None or year is None or year < _LEAST_YEAR:
        return None
    try:
        return datetime(year, month, day, time[0], time[1], time[2], tzinfo=UTC)
    except ValueError:
        return None


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").lower()


def _path(url: httpx.URL) -> bytes:
    return url.raw_path.partition(b"?")[0]


def _below(host: str, domain: str) -> bool:
    if host == domain:
        return True
    try:
        ip_address(host)
    except ValueError:
        return host.endswith(f".{domain}")
    return False


def _default_path(path: bytes) -> bytes:
    return path[: path.rindex(b"/")] or b"/" if path.startswith(b"/") else b"/"


def _path_matches(path: bytes, wanted: bytes) -> bool:
    return path == wanted or (
        path.startswith(wanted) and (wanted.endswith(b"/") or path[len(wanted) :][:1] == b"/")
    )
