"""A configuration in which every key has a value, as the plain values of YAML."""

from collections.abc import Iterator
from typing import Any

Where = tuple[str | int, ...]

FULL: dict[str, Any] = {
    "timezone": "America/New_York",
    "contact": "mailto:oncall@example.org",
    "targets": [
        {
            "name": "spot",
            "url": "https://spot.example/?token=0123456789",
            "components": ["spot", "idm"],
            "timeout": "5s",
            "attempts": 3,
            "interval": "30s",
            "excuses": ["connect"],
            "expect": {
                "status": [200],
                "body_contains": ["Sign in"],
                "body_lacks": ["Sorry"],
                "body_matches": ["Sign.in"],
                "title_lacks": ["unavailable"],
                "final_host": "spot.example",
            },
            "tls": {
                "ca_file": "ca.pem",
                "cert_file": "client.pem",
                "key_file": "client-key.pem",
                "server_name": "spot.example",
                "verify": True,
            },
            "http": {
                "method": "POST",
                "headers": {"Authorization": "Bearer 0123456789"},
                "body": "a=0123456789",
                "follow_redirects": True,
                "redirect_to": ["10.0.0.0/8"],
                "max_redirects": 10,
                "max_body": "1MiB",
                "max_header": "64KiB",
                "ip": "any",
            },
        }
    ],
    "feeds": [
        {
            "name": "list",
            "kind": "imap",
            "url": "imaps://imap.example.org/INBOX",
            "component": "spot",
            "timezone": "America/New_York",
            "refresh": "10m",
            "timeout": "15s",
            "username": "probe",
            "password": "0123456789",
            "senders": ["listserv@fcso.example"],
            "authserv": "mx.example.org",
            "cleartext": False,
            "match": [],
            "tls": {"verify": True},
            "http": {"proxy": "http://me:0123456789@proxy.example:3128"},
        },
        {
            "name": "calendar",
            "kind": "ics",
            "url": "https://calendar.example/ical/0123456789abcdef/basic.ics",
            "component": "spot",
        },
        {"name": "by-hand", "kind": "file", "path": "notice.html", "component": "spot"},
    ],
    "components": {"spot": {"words": ["SPOT"]}, "idm": {"words": ["IDM"]}},
    "maintenance": {
        "weekly": [
            {
                "component": "spot",
                "day": "thursday",
                "from": "21:00",
                "until": "23:00",
                "impact": "outage",
                "timezone": "America/New_York",
            }
        ],
        "windows": [
            {
                "components": ["idm"],
                "timezone": "America/New_York",
                "starts_at": "2026-12-05T22:00",
                "ends_at": "2026-12-06T04:00",
                "impact": "outage",
                "note": "told by telephone",
            }
        ],
        "off_peak": [
            {
                "component": "idm",
                "from": "22:00",
                "until": "06:00",
                "timezone": "America/New_York",
            }
        ],
        "bounds": {
            "longest": "10d",
            "furthest": "366d",
            "per_page": 50,
            "total": "15d",
            "total_within": "60d",
        },
    },
    "connectivity": ["tcp://1.1.1.1:443"],
    "notify": [
        {"name": "ops", "kind": "slack", "url": "https://hooks.example/services/0123456789abcdef"},
        {
            "name": "oncall",
            "kind": "email",
            "url": "smtps://smtp.example.org",
            "username": "probe",
            "password": "0123456789",
            "from": "probe@example.org",
            "to": ["oncall@example.org"],
        },
    ],
    "heartbeat": {"url": "https://beat.example/ping/0123456789abcdef", "every": "1m"},
    "contacts": {"spot": "help desk, 555 0100"},
    "receipt": {"cutoff": "18:00", "holidays": "US", "closed": ["2026-12-24"]},
    "journal": {"retention": "400d"},
}
#: The files that it names.
FILES = ("ca.pem", "client.pem", "client-key.pem")


def places(value: Any = FULL, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Yield every value of a configuration with its place: sections, lists and what is in them."""
    if where:
        yield where, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*where, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*where, index))


def with_value(where: Where, new: Any, value: Any = FULL) -> Any:
    """Return the configuration with another value at a place."""
    if not where:
        return new
    key, rest = where[0], where[1:]
    if isinstance(value, dict):
        return {k: with_value(rest, new, v) if k == key else v for k, v in value.items()}
    return [with_value(rest, new, v) if i == key else v for i, v in enumerate(value)]
