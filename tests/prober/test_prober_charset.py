"""Bytes to text, as browsers read them."""

import pytest

from probe.prober.body import is_html, text

HTML = "text/html"
CP1252 = "9\u201311 p.m.".encode("cp1252")
LATIN2 = b"<meta charset=iso-8859-2>"
CONTENT = b"content='text/html; charset=iso-8859-2'"
LONG = b"http-equiv='Content-Type' " + CONTENT
ROWS = [
    ("Latin-1 is Windows-1252", f"{HTML}; charset=ISO-8859-1", CP1252, "9\u201311 p.m."),
    ("so is its other name", f"{HTML}; charset=latin1", CP1252, "9\u201311 p.m."),
    ("so is ASCII", f"{HTML}; charset=us-ascii", CP1252, "9\u201311 p.m."),
    ("in quotes and capitals", f'{HTML}; CharSet="Windows-1252"', CP1252, "9\u201311 p.m."),
    ("nobody says anything, and it is no UTF-8", HTML, CP1252, "9\u201311 p.m."),
    ("nobody says anything, and it is UTF-8", HTML, "9\u201311".encode(), "9\u201311"),
    ("the page says it", HTML, b"<meta charset=windows-1252>" + CP1252, "9\u201311 p.m."),
    ("the page says it the long way", HTML, b"<META " + LONG + b">\xb1", "\u0105"),
    ("a description says nothing", HTML, b"<meta name=x " + CONTENT + b">\xc4\x85", "\u0105"),
    ("a comment says nothing", HTML, b"<!-- " + LATIN2 + b" -->\xc4\x85", "\u0105"),
    ("the header goes before the page", f"{HTML}; charset=utf-8", LATIN2 + b"\xc4\x85", "\u0105"),
    ("a page that says UTF-16 is none", HTML, b"<meta charset=utf-16>\xc4\x85", "\u0105"),
    ("a mark goes before all", f"{HTML}; charset=iso-8859-1", b"\xef\xbb\xbf\xc4\x85", "\u0105"),
    ("a mark of UTF-16", HTML, b"\xff\xfea\x00", "a"),
    ("a mark of the other UTF-16", HTML, b"\xfe\xff\x00a", "a"),
    ("no charset of pages", f"{HTML}; charset=utf-7", b"+AGE-", "+AGE-"),
    ("no charset at all", f"{HTML}; charset=no-such", "\u0105".encode(), "\u0105"),
    ("Japanese", f"{HTML}; charset=x-sjis", "\u6771\u4eac".encode("cp932"), "\u6771\u4eac"),
]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_charset(content_type: str, body: bytes, expected: str) -> None:
    """By mark, header, the page's own word, and else by what it can be (Encoding Standard)."""
    read = text(body, {"content-type": content_type})
    assert read.rpartition(">")[2] == expected


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/html; charset=utf-8", b"", True),
        ("Application/XHTML+XML", b"", True),
        ("text/plain", b"<html>", False),
        ("application/json", b"<html>", False),
        ("", b"\n <!DOCTYPE html>", True),
        ("", b"<title>x", True),
        ("", b"hello <html>", False),
    ],
)
def test_what_is_a_page(content_type: str, body: bytes, expected: bool) -> None:  # noqa: FBT001 - a row
    """By its type; without one, by how it begins."""
    assert is_html(body, {"content-type": content_type} if content_type else {}) is expected
