"""The path below which people reach the probe."""

import pytest

from probe.web.server import AddressError, prefix


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
    assert prefix(url) == path


@pytest.mark.parametrize("url", ["", "probe", "/probe/", "ftp://x/", "http://[", "http://x/{y}/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """At start, in a line that says what would be right."""
    with pytest.raises(AddressError, match=r"--web\.external-url=.* write an address such as"):
        prefix(url)
