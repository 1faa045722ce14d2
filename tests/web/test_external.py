"""The address under which people reach the probe."""

from collections.abc import Sequence

import pytest

from probe.web.external import AddressError, external
from tests.web.stage import Stage


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


# --- who may change something ----------------------------------------------------------------

OPS = "https://ops.example/probe/"


@pytest.mark.parametrize(
    ("host", "headers", "outside", "passes"),
    [
        pytest.param("127.0.0.1:7768", [], None, True, id="a program says nothing of it"),
        pytest.param("probe.lan:7768", [], None, True, id="whatever it calls us"),
        pytest.param(
            "127.0.0.1:7768",
            [("Sec-Fetch-Site", "same-origin"), ("Origin", "http://127.0.0.1:7768")],
            None,
            True,
            id="our own page",
        ),
        pytest.param("[::1]:7768", [("Origin", "http://[::1]:7768")], None, True, id="over IPv6"),
        pytest.param("localhost", [("Origin", "http://localhost")], None, True, id="by its name"),
        pytest.param("localhost:80", [("Origin", "http://LOCALHOST")], None, True, id="its port"),
        pytest.param("127.0.0.1", [("Sec-Fetch-Site", "none")], None, True, id="the person"),
        pytest.param("127.0.0.1", [("Sec-Fetch-Site", "cross-site")], None, False, id="another"),
        pytest.param("127.0.0.1", [("Sec-Fetch-Site", "same-site")], None, False, id="a sibling"),
        pytest.param("127.0.0.1", [("Sec-Fetch-Site", "")], None, False, id="an unknown site"),
        pytest.param(
            "127.0.0.1:7768", [("Origin", "http://evil.example")], None, False, id="another origin"
        ),
        pytest.param(
            "127.0.0.1:7768", [("Origin", "http://127.0.0.1:80")], None, False, id="another port"
        ),
        pytest.param("127.0.0.1:7768", [("Origin", "null")], None, False, id="no origin"),
        pytest.param("127.0.0.1:7768", [("Origin", "")], None, False, id="an empty one"),
        pytest.param("127.0.0.1:7768", [("Origin", "http://[")], None, False, id="a broken one"),
        pytest.param(
            "127.0.0.1:7768",
            [("Origin", "http://127.0.0.1:7768"), ("Origin", "http://evil.example")],
            None,
            False,
            id="two of them",
        ),
        pytest.param(
            "127.0.0.1:7768",
            [("Sec-Fetch-Site", "cross-site"), ("Origin", "http://127.0.0.1:7768")],
            None,
            False,
            id="a site that contradicts it",
        ),
        pytest.param(
            "evil.example:7768",
            [("Sec-Fetch-Site", "same-origin"), ("Origin", "http://evil.example:7768")],
            None,
            False,
            id="a name that somebody leads to us",
        ),
        pytest.param(
            "evil.example:7768",
            [("Sec-Fetch-Site", "same-origin")],
            OPS,
            False,
            id="the same, where our own is known",
        ),
        pytest.param(
            "10.0.0.7:7768", [("Origin", "https://ops.example")], OPS, True, id="behind a proxy"
        ),
        pytest.param(
            "ops.example",
            [("Sec-Fetch-Site", "same-origin"), ("Origin", "https://ops.example:443")],
            OPS,
            True,
            id="which passes the name on",
        ),
        pytest.param(
            "ops.example", [("Origin", "http://ops.example")], OPS, False, id="without its TLS"
        ),
    ],
)
def test_what_changes_something_must_be_meant(
    host: str,
    headers: Sequence[tuple[str, str]],
    outside: str | None,
    passes: bool,  # noqa: FBT001  (a row's)
) -> None:
    """Any page in an operator's browser can send a request to us, and it is refused."""
    for path in ("/-/reload", "/probe/-/reload")[: 2 if outside else 1]:
        for method in ("POST", "PUT"):
            stage = Stage()
            sent = [("Host", host), *headers]
            answer = stage.client(outside=outside).send(method, path, headers=sent)
            assert (answer.status_code, stage.reloads) == ((200, 1) if passes else (403, 0))


def test_what_only_shows_is_shown_to_whoever_asks() -> None:
    """A page elsewhere may link to us."""
    asked = {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}
    for path in ("/", "/metrics", "/-/healthy", "/api/v1/status"):
        assert Stage().client().get(path, headers=asked).status_code == 200


def test_reloading_over_http_can_be_switched_off() -> None:
    """With words that say what is left."""
    stage = Stage()
    answer = stage.client(lifecycle=False).post("/-/reload")
    assert (answer.status_code, stage.reloads) == (403, 0)
    assert "--web.enable-lifecycle=false" in answer.text
