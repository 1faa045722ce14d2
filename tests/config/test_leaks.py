"""A secret in every value of the configuration, each broken in turn: no message repeats it.

What is public by its purpose, a target's name or a window's note, may be repeated where it was
written; what an environment variable or a file has put there may not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel
from typer.testing import CliRunner

from probe.cli import app
from probe.config import DocumentError, load, parse
from probe.config.exposure import HIDDEN, Exposure, exposure
from probe.config.sections import Sections
from tests.config.full import FILES, FULL, Where, places, with_value
from tests.servers import Authority

PLANTED = "pl4nted-S3cret"
MARK = "MARKMARK"
LEAVES = [(where, value) for where, value in places() if not isinstance(value, dict | list)]


def spell(where: Where) -> str:
    """Return a place as the name of a test."""
    return ".".join(map(str, where))


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the files of the configuration are, one of them a secret."""
    for name in FILES:
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    (tmp_path / "secret").write_text(f"{PLANTED}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def said(text: str) -> str:
    """Return all that is said of a configuration: why it is bad, or how it is shown."""
    try:
        config = parse(text, "probe.yml", environment={"PLANTED": PLANTED})
    except DocumentError as error:
        return str(error)
    return yaml.safe_dump(config.shown, allow_unicode=True)


def keys(shape: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    """Yield every key of every section."""
    for name, field in shape.model_fields.items():
        yield shape, field.alias or name
        for inner in sections(field.annotation):
            yield from keys(inner)


def sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the sections below an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from sections(inner)


def test_the_full_configuration_is_good_and_full() -> None:
    """Every key of the schema stands in it, so that a new one is tried here, too."""
    assert "targets" in said(yaml.safe_dump(FULL))
    written = {where[-1] for where, _ in places()}
    assert {key for _, key in keys(Sections)} <= written


@pytest.mark.parametrize("source", ["${PLANTED}", "${file:secret}", "a${PLANTED}", "${PLANTED} "])
@pytest.mark.parametrize("where", [w for w, _ in LEAVES], ids=spell)
def test_what_fills_a_placeholder_is_never_shown(where: Where, source: str) -> None:
    """Neither in the message about a value that it spoils nor where the configuration is shown."""
    assert PLANTED not in said(yaml.safe_dump(with_value(where, source)))


#: How a value is spoilt: as the text of a file, where the value stands.
SPOILT = {
    "bare": "{}",
    "in a list": "[{}]",
    "as a key": "{{{}}}",
    "as a key with a value": "{{{}: 1}}",
    "as a key of a key": "{{a: {{{}}}}}",
    "with a line break": '"{}\\n"',
    "with a control character": '"{}\\x01"',
    "with half a character": '"{}\\ud800"',
    "with what cannot be sent": '"{}ü"',
    "beside a variable that is not set": '"{}${{NOT_SET}}"',
    "beside a file that is not there": '"{}${{file:/nonexistent}}"',
    "beside half a placeholder": '"{}${{"',
    "within a placeholder": '"${{{} }}"',
    "as an alias": "*{}",
    "as an anchor": "&{}",
    "as a tag": "!{} x",
    "as a local tag": "!{}!x x",
    "with an open quote": '"{}',
    "with a colon": "{}: x",
    "as a comment's beginning": "{{{} #",
    "as a block": "|2-3 {}",
    "as a directive": "%{}",
    "as an address": "'http://user:{}@host.example/'",
    "as an address without a scheme": "'user:{}@host.example:3128'",
    "as an address with a bad port": "'http://user:{}@host.example:port/'",
    "as a bad address": "'http://user:{}@'",
    "in a query": "'http://host.example/?token={}&a=1'",
    "in a query of a bad address": "'htp://host.example/?token={}'",
    "in a fragment": "'http://host.example/#{}'",
}


#: What has a value is a key, and it is told which key is not known.
AS_KEYS = {"as a key with a value", "with a colon"}


@pytest.mark.parametrize("how", SPOILT)
def test_a_secret_value_is_not_repeated_however_it_is_spoilt(how: str) -> None:
    """Of keys whose values are secret in whole or in part, and of sections given as anything."""
    tried = 0
    for where, value in places():
        exposed = exposure(where, Sections, FULL)
        in_an_address = "address" in how or "query" in how or "fragment" in how
        if exposed in {Exposure.PUBLIC, Exposure.PLAIN} and not isinstance(value, dict):
            continue
        if exposed is Exposure.ADDRESS and not in_an_address:
            continue
        if how in AS_KEYS and isinstance(value, dict):
            continue
        text = yaml.safe_dump(with_value(where, MARK)).replace(MARK, SPOILT[how].format(PLANTED))
        assert PLANTED not in said(text), spell(where)
        tried += 1
    assert tried > 5


@pytest.mark.parametrize("how", sorted(SPOILT.keys() - AS_KEYS))
def test_a_file_that_is_no_configuration_is_not_repeated(how: str) -> None:
    """A secret's own file, named by mistake."""
    assert PLANTED not in said(SPOILT[how].format(PLANTED))


def test_what_is_secret_by_its_key_is_hidden_where_it_is_shown(tmp_path: Path) -> None:
    """Written into the file as it is, and shown by both commands."""
    issued = Authority(tmp_path).issue("spot.example")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    issued.private_key_pem.write_to_path(tmp_path / "client-key.pem")
    (tmp_path / "authority.pem").rename(tmp_path / "ca.pem")
    Path("probe.yml").write_text(yaml.safe_dump(FULL), encoding="utf-8")
    for command in ("config", "check-config"):
        done = CliRunner().invoke(app, [command, "--config.file=probe.yml"])
        assert done.exit_code == 0, done.output
        assert "0123456789" not in done.output
        assert HIDDEN in done.output


def test_what_fills_a_placeholder_is_hidden_in_words() -> None:
    """`check-config` tells the placeholder in its place, unless the value is public."""
    target = {"name": "spot", "url": "https://${PLANTED}.example/", "components": ["spot"]}
    values = {"targets": [target], "feeds": []}
    Path("probe.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    run = CliRunner(env={"PLANTED": PLANTED}).invoke
    done = run(app, ["check-config", "--config.file=probe.yml"])
    assert done.exit_code == 0, done.output
    assert PLANTED not in done.output
    assert "https://${PLANTED}.example/" in done.output


def redacted(values: dict[str, Any], text: str, **environment: str) -> str:
    """Return a text from elsewhere as it is shown under a configuration."""
    return parse(yaml.safe_dump(values), "probe.yml", environment=environment).secrets.redact(text)


@pytest.mark.parametrize(
    ("where", "value", "echo"),
    [
        (("targets", 0, "http", "headers", "Authorization"), "Bearer s3cret!!", "got s3cret!!"),
        (("targets", 0, "http", "headers", "X-Key"), 'a"b<s3cret>', "a&quot;b&lt;s3cret&gt;"),
        (("targets", 0, "http", "headers", "X-Key"), 'a"b s3cret', r"a\"b s3cret"),
        (("feeds", 0, "http", "proxy"), "http://me:p%40s3@proxy.example", "no user me:p@s3"),
        (("feeds", 0, "http", "proxy"), "http://me:s3cret@proxy.example", "Basic bWU6czNjcmV0"),
        (("targets", 0, "url"), "https://spot.example/?t=s3cret", "no page /?t=s3cret"),
        (("targets", 0, "url"), "https://spot.example/?token=s3cret%21%21", "token s3cret!!"),
        (("feeds", 0, "password"), "s3cret", "NO [AUTHENTICATIONFAILED] probe s3cret"),
        (("feeds", 0, "password"), "s3cret", "AUTH PLAIN czNjcmV0"),
        (("feeds", 0, "password"), "s3cret", "AUTH PLAIN AHByb2JlAHMzY3JldA=="),
        (("feeds", 1, "url"), "https://a.example/private-s3cret/a.ics", "/private-s3cret/a.ics"),
        (("heartbeat", "url"), "https://a.example/ping/s3cret-s3cret", "no check s3cret-s3cret"),
    ],
)  # fmt: skip
def test_what_a_server_repeats_of_a_secret_is_hidden(where: Where, value: str, echo: str) -> None:
    """In whichever spelling, and with the words beside it left alone."""
    told = redacted(with_value(where[:-1], {**at(where[:-1]), where[-1]: value}), f"It is: {echo}.")
    assert told.startswith("It is: ")
    assert not any(word in told for word in ("s3cret", "czNjcmV0", "bWU6czNjcmV0", "p@s3", "AHBy"))


def at(where: Where) -> Any:
    """Return what stands at a place of the full configuration."""
    value: Any = FULL
    for key in where:
        value = value[key]
    return value


def test_a_secret_that_is_cut_off_is_hidden() -> None:
    """Texts from elsewhere have a bound, and it may fall amid a secret."""
    values = with_value(("feeds", 0, "password"), "s3cret-s3cret")
    long = "x" * 200
    assert redacted(values, f"{long} s3cret-s3c") == f"{long} {HIDDEN}"
    assert redacted(values, "login of s3cret-...") == f"login of {HIDDEN}..."


def test_what_is_public_is_no_secret_anywhere() -> None:
    """A variable that holds a target's name does not hide that name in every line of the log."""
    values = with_value(("targets", 0, "expect", "body_contains"), ["${WORD}"])
    assert redacted(values, "SPOT is down", WORD="SPOT") == "SPOT is down"
    assert redacted(values, "the body lacks 'Welcome'", WORD="Welcome") == (
        "the body lacks '${WORD}'"
    )


def test_every_header_is_secret_and_what_is_sent_to_everybody_is_not_looked_for() -> None:
    """`Accept: text/html` is hidden as a value, and text/html is a word like any other."""
    values = with_value(("targets", 0, "http", "headers"), {"Accept": "text/html"})
    config = parse(yaml.safe_dump(values), "probe.yml", environment={})
    assert config.shown["targets"][0]["http"]["headers"] == {"Accept": HIDDEN}
    assert config.secrets.redact("no text/html") == "no text/html"


def test_the_environment_itself_is_not_searched() -> None:
    """Only what a placeholder of the file has read."""
    path = Path("probe.yml")
    path.write_text("feeds: []\n", encoding="utf-8")
    assert load(str(path), {"OTHER": PLANTED}).secrets.instead == {}
