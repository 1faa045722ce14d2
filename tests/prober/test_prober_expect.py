"""What an answer must be: pure tables."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.prober.expect import unmet
from probe.types import Exchange, Reason
from tests.samples import EXPECT

PAGE = "Sign in to SPOT · Conéctese".encode()


def exchange(status: int = 200, body: bytes = PAGE, **changes: Any) -> Exchange:
    """Build an answer that a login page might be."""
    given = {"final_url": "https://home.idm.test/login"} | changes
    return Exchange(
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_seconds=0.1,
        status_code=status,
        body=body,
        **given,
    )


STATUS = [
    ("200 is expected unless something else is", 200, (200,), None),
    ("another success is another status", 204, (200,), Reason.STATUS),
    ("a redirect that was not followed", 302, (200,), Reason.STATUS),
    ("a redirect that is expected", 302, (301, 302), None),
    ("not found", 404, (200,), Reason.STATUS),
    ("unauthorised is no gateway's block", 401, (200,), Reason.STATUS),
    ("forbidden", 403, (200,), Reason.BLOCKED),
    ("forbidden, as expected", 403, (200, 403), None),
    ("too many requests", 429, (200,), Reason.BLOCKED),
    ("too many requests, as expected", 429, (429,), None),
    ("one below 429", 428, (200,), Reason.STATUS),
    ("a gateway's failure", 503, (200,), Reason.STATUS),
    ("no expectation at all", 503, (), None),
    ("success where failure is expected", 200, (503,), Reason.STATUS),
]


@pytest.mark.parametrize(
    ("status", "expected", "reason"), [row[1:] for row in STATUS], ids=[row[0] for row in STATUS]
)
def test_status(status: int, expected: tuple[int, ...], reason: Reason | None) -> None:
    """403 and 429 are `blocked` when they are not expected, anything else is `status`."""
    found, detail = unmet(exchange(status), replace(EXPECT, status=expected))
    assert found is reason
    assert (str(status) in detail) is (reason is not None)


CONTENT: list[tuple[str, dict[str, Any], bool]] = [
    ("words that are there", {"body_contains": ("Sign in",)}, True),
    ("all of several", {"body_contains": ("Sign in", "SPOT")}, True),
    ("one of several is missing", {"body_contains": ("Sign in", "IDM")}, False),
    ("case counts", {"body_contains": ("sign in",)}, False),
    ("letters beyond ASCII", {"body_contains": ("Conéctese",)}, True),
    ("words that must not be there", {"body_lacks": ("maintenance",)}, True),
    ("words that must not be there are", {"body_lacks": ("SPOT",)}, False),
    ("a pattern that is found", {"body_matches": (r"Sign\s+in",)}, True),
    ("a pattern anywhere", {"body_matches": ("SPO.",)}, True),
    ("a pattern with its own flags", {"body_matches": ("(?i)sign in",)}, True),
    ("a pattern that is not found", {"body_matches": ("^SPOT",)}, False),
    ("all patterns must be found", {"body_matches": ("SPOT", "IDM")}, False),
    ("no condition", {}, True),
]


@pytest.mark.parametrize(
    ("conditions", "holds"), [row[1:] for row in CONTENT], ids=[row[0] for row in CONTENT]
)
def test_content(conditions: dict[str, Any], holds: bool) -> None:  # noqa: FBT001 - a row
    """What the body must contain, lack and match."""
    reason, detail = unmet(exchange(), replace(EXPECT, **conditions))
    assert reason is (None if holds else Reason.CONTENT)
    assert bool(detail) is not holds


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html; charset=ISO-8859-1", "Conéctese".encode("latin-1")),
        ('text/html; charset="Windows-1252"', "Conéctese".encode("cp1252")),
        ("text/html; x=y; CHARSET=utf-16", "Conéctese".encode("utf-16")),
        ("text/html", "Conéctese".encode()),
        ("text/html; charset=no-such", "Conéctese".encode()),
        ("", b"\x00 bytes that are no text, " + "Conéctese".encode()),
    ],
)
def test_the_charset(content_type: str, body: bytes) -> None:
    """Words are sought in text, decoded as the answer says."""
    answer = exchange(body=body, headers={"content-type": content_type})
    assert unmet(answer, replace(EXPECT, body_contains=("Conéctese",))) == (None, "")


HOSTS = [
    ("the host itself", "https://home.idm.test/login", None),
    ("a port does not matter", "https://home.idm.test:8443/", None),
    ("case does not matter", "https://HOME.idm.test/", None),
    ("a host below", "https://www.home.idm.test/", Reason.REDIRECT),
    ("a host that looks like it", "https://home.idm.test.evil/", Reason.REDIRECT),
    ("its name in the path", "https://other.test/home.idm.test", Reason.REDIRECT),
    ("its name as a user", "https://home.idm.test@other.test/", Reason.REDIRECT),
]


@pytest.mark.parametrize(
    ("url", "reason"), [row[1:] for row in HOSTS], ids=[row[0] for row in HOSTS]
)
def test_final_host(url: str, reason: Reason | None) -> None:
    """Where the redirects ended."""
    expect = replace(EXPECT, final_host="Home.IDM.test")
    assert unmet(exchange(final_url=url), expect)[0] is reason


def test_the_order_is_status_then_host_then_content() -> None:
    """The first that fails is told."""
    expect = replace(EXPECT, final_host="spot.test", body_contains=("IDM",))
    assert unmet(exchange(503), expect)[0] is Reason.STATUS
    assert unmet(exchange(), expect)[0] is Reason.REDIRECT
    assert unmet(exchange(final_url="https://spot.test"), expect)[0] is Reason.CONTENT


@given(reason=st.sampled_from(Reason), status=st.integers(100, 599), body=st.binary())
def test_an_exchange_that_failed_stays_as_it_is(reason: Reason, status: int, body: bytes) -> None:
    """What the network did comes before what it said."""
    failed = exchange(status, body, reason=reason, detail="why")
    assert unmet(failed, replace(EXPECT, body_contains=("x",))) == (reason, "why")
