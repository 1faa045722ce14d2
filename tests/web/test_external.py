"""The address under which people reach the probe."""

import pytest

from probe.web.external import AddressError, external


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (None, ""),
        ("http://probe.example", ""),
        ("http://probe.example/", ""),
        ("https://ops.example/probe", "/probe"),
        ("https://ops.example/probe/", "/probe"),
        ("https://ops.example/a/b/?x=1#y", "/a/b"),
    ],
)
def test_the_path_of_an_external_url_is_the_prefix(url: str | None, path: str) -> None:
    """With a slash before it and none behind."""
    assert external(url).prefix == path


def test_what_is_shown_to_others_has_neither_query_nor_fragment() -> None:
    """It goes to every site that is asked, in the User-Agent."""
    assert external("https://ops.example/probe/?token=secret#x").url == "https://ops.example/probe/"
    assert external(None).url == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "probe",
        "/probe/",
        "ftp://x/",
        "http://[",
        "http://x/{y}/",
        "http://x:port/",
        "http://x\n/",
        "http://müller.example/",
        "http://admin:secret@probe.example/",
        "http://admin@probe.example/",
        "http://admin:secret@[",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """At start, in a line that says what would be right and repeats no password."""
    with pytest.raises(AddressError, match=r"--web\.external-url: write") as caught:
        external(url)
    assert "secret" not in str(caught.value)
