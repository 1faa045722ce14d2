"""The title of a page, and what it says."""

import pytest

from probe.prober.title import says, title
from tests.samples import EXPECT

TITLES = [
    ("a plain one", "<html><head><title>Sign In</title></head>", "Sign In"),
    ("none", "<html><body>Maintenance</body></html>", ""),
    ("an empty one", "<title></title><title>second</title>", ""),
    ("the first of two", "<title>Sign In</title><title>Outage</title>", "Sign In"),
    ("in capitals, with attributes", "<TITLE data-x='1' >Sign In</TITLE >", "Sign In"),
    (
        "entities",
        "<title>Sign&nbsp;In &amp; Out &#x2013; SPOT</title>",
        "Sign In & Out \u2013 SPOT",
    ),
    ("over lines", "<title>\n  Sign\n\tIn </title>", "Sign In"),
    ("markup is none in it", "<title>a <b>c</b></title>", "a <b>c</b>"),
    ("without an end", "<title>Sign In", "Sign In"),
    ("without an end of its tag", "<title ", ""),
    ("in a comment", "<!-- <title>x</title> --><title>Sign In</title>", "Sign In"),
    ("behind an empty comment", "<!--><title>Sign In</title>-->", "Sign In"),
    ("in a comment without an end", "<!-- <title>x</title>", ""),
    ("in a script", "<script>'<title>x</title>'</script><title>Sign In</title>", "Sign In"),
    ("in a style", "<style>/*<title>x</title>*/</style><title>Sign In</title>", "Sign In"),
    ("in a template", "<template><title>x</title></template><title>Sign In</title>", "Sign In"),
    ("in a drawing", "<svg a='b'><title>x</title></svg><title>Sign In</title>", "Sign In"),
    ("behind an empty drawing", "<svg/><title>Sign In</title>", "Sign In"),
    ("an element that begins like it", "<titles>x</titles><title>Sign In</title>", "Sign In"),
    ("a script that begins like one", "<scripts><title>Sign In</title>", "Sign In"),
]


@pytest.mark.parametrize(
    ("page", "expected"), [row[1:] for row in TITLES], ids=[row[0] for row in TITLES]
)
def test_the_title(page: str, expected: str) -> None:
    """What a browser shows on the tab."""
    assert title(page) == expected


@pytest.mark.parametrize("piece", ["<title ", "<script ", "<svg ", "<!--", "<title>", "<svg/", "<"])
def test_hostile_markup_is_looked_at_once(piece: str) -> None:
    """A megabyte of beginnings takes no time by its square: this test would not end."""
    page = piece * ((1 << 20) // len(piece))
    assert isinstance(title(page), str)


SAYING = [
    *("SPOT Maintenance", "Scheduled maintenance | SPOT", "503 Service Unavailable"),
    *("Service Temporarily Unavailable", "Site is temporarily  down", "SYSTEM OUTAGE"),
    *("We'll be right back!", "The portal is not available", "502 Bad Gateway", "(maintenance)"),
]
SILENT = [
    *("Sign In", "", "Home - Identity Management", "SPOT: Secure Provider Online Tool"),
    *("Maintenanceplan", "Downtown clinic", "Outages2", "Availability", "Log in temporarily"),
]


@pytest.mark.parametrize("words", SAYING)
def test_says_that_it_is_not_there(words: str) -> None:
    """By default such titles are failures; what was found is told."""
    assert says(words, EXPECT.title_lacks)


@pytest.mark.parametrize("words", SILENT)
def test_says_nothing_of_the_kind(words: str) -> None:
    """Such titles are not, and none is without words to look for."""
    assert not says(words, EXPECT.title_lacks)
    assert not says("maintenance", ())
