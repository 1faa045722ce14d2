"""Configurations that no program should take over: each is tried by a reload, and changes nothing."""

import asyncio
import contextlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import bcrypt
import pytest
from anyio.from_thread import BlockingPortal

from tests.config.test_file import bomb
from tests.config.test_invalid import INVALID
from tests.faults.watched import PROGRAM, Watched, flags, ids, watching

#: What is written in place of the good file, given that file's text.
Write = Callable[[Path, str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A file that is refused, with these words in the answer."""

    name: str
    write: Write
    words: str


def text(content: str) -> Write:
    """Write a text."""
    return lambda path, _: path.write_text(content, encoding="utf-8")


def data(content: bytes) -> Write:
    """Write bytes."""
    return lambda path, _: path.write_bytes(content)


def cut(part: float) -> Write:
    """Write only the first part of the good file."""
    return lambda path, good: path.write_text(good[: int(len(good) * part)], encoding="utf-8")


def target(more: str) -> Write:
    """Write a target of which more is said."""
    return text(
        f'targets:\n  - {{name: a, url: "http://a.example/", components: [spot], {more}}}\n'
    )


def long(size: int) -> Write:
    """Write a file of such a size, almost all of it a hole."""

    def write(path: Path, good: str) -> None:
        path.write_text(good, encoding="utf-8")
        os.truncate(path, size)

    return write


def instead(make: Callable[[Path], object]) -> Write:
    """Put something else in the file's place."""

    def write(path: Path, _: str) -> None:
        path.unlink()
        make(path)

    return write


def growing(path: Path, good: str) -> None:
    """Write on and on, slowly, in the background."""
    path.write_text("", encoding="utf-8")

    def write() -> None:
        with path.open("a", encoding="utf-8") as file, contextlib.suppress(OSError):
            for _ in range(60):
                file.write(f"# {good[:20]!r}\n")
                file.flush()
                time.sleep(0.05)  # how slowly it is written

    threading.Thread(target=write).start()


BAD = [
    Bad(name="aliases of aliases", write=text(bomb(9)), words="values"),
    Bad(name="more aliases of aliases", write=text(bomb(90)), words="values"),
    Bad(
        name="merges of merges",
        write=text(
            "a0: &a0 {x: 1}\n"
            + "".join(
                f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 40)
            )
        ),
        words="probe.yml",
    ),
    Bad(name="an alias of itself", write=text("a: &a [*a]\n"), words="contains itself"),
    Bad(name="lists in lists", write=text("feeds: " + "[" * 500_000), words="too deep"),
    Bad(name="keys in keys", write=text("feeds: " + "{a: " * 200_000), words="too deep"),
    Bad(name="items in items", write=text("- " * 400_000), words="too deep"),
    Bad(name="quotes without end", write=text('contact: "' + "x" * 900_000), words="probe.yml"),
    Bad(name="a key without end", write=text("x" * 900_000 + ": 1\n"), words="probe.yml"),
    Bad(
        name="a million anchors", write=text("a: [" + "&a 1, " * 150_000 + "]\n"), words="probe.yml"
    ),
    Bad(
        name="figures without end",
        write=text(f"journal: {{retention: {'9' * 900_000}}}\n"),
        words="number",
    ),
    Bad(name="two megabytes", write=long(2 << 20), words="more than 1 MiB"),
    Bad(name="a hundred gigabytes", write=long(100 << 30), words="more than 1 MiB"),
    Bad(name="nulls", write=data(b"\0" * 999), words="probe.yml"),
    Bad(name="noise", write=data(bytes(range(256)) * 9), words="no text in UTF-8"),
    Bad(name="UTF-16", write=data("targets: []\n".encode("utf-16")), words="no text in UTF-8"),
    Bad(name="half a character", write=data(b"contact: M\xfcller\n"), words="no text in UTF-8"),
    Bad(name="a surrogate", write=data(b'contact: "\\ud800"\n'), words="probe.yml"),
    Bad(name="a directory", write=instead(Path.mkdir), words="cannot be read"),
    Bad(name="a pipe", write=instead(os.mkfifo), words="it is a pipe"),
    Bad(
        name="a link to itself",
        write=instead(lambda p: p.symlink_to(p.name)),
        words="cannot be read",
    ),
    Bad(
        name="a link to zeros",
        write=instead(lambda p: p.symlink_to("/dev/zero")),
        words="more than 1 MiB",
    ),
    Bad(
        name="a link to nothing",
        write=instead(lambda p: p.symlink_to("/dev/null")),
        words="says nothing",
    ),
    Bad(
        name="a link to nowhere",
        write=instead(lambda p: p.symlink_to("nowhere")),
        words="cannot be read",
    ),
    Bad(name="none", write=instead(lambda _: None), words="cannot be read"),
    Bad(name="nothing", write=text(""), words="says nothing"),
    Bad(name="a quarter", write=cut(0.25), words="probe.yml"),
    Bad(name="half", write=cut(0.5), words="probe.yml"),
    Bad(name="almost all", write=cut(0.98), words="probe.yml"),
    Bad(name="no targets any longer", write=text("contact: ops\n"), words="targets: is gone"),
    Bad(
        name="no end",
        write=text('targets: [{name: a, url: "http://a.example/", components: [spot]}]'),
        words="no end",
    ),
    Bad(name="still being written", write=growing, words="still being written"),
    Bad(name="another language", write=text('<?xml version="1.0"?><a/>\n'), words="probe.yml"),
    Bad(name="several documents", write=text("a: 1\n---\nb: 2\n"), words="probe.yml"),
    Bad(name="tabs", write=text("targets:\n\t- name: a\n"), words="probe.yml"),
    Bad(
        name="an object",
        write=text('contact: !!python/object/apply:os.system ["touch pwned"]\n'),
        words="probe.yml",
    ),
    Bad(name="a name", write=text("contact: !!python/name:os.system\n"), words="probe.yml"),
    Bad(
        name="thirty thousand targets",
        write=text(f"targets: [{'{name: a}, ' * 30_000}]\n"),
        words=" more",
    ),
    *(
        Bad(name=f"a target with {more}", write=target(more), words="targets[0]")
        for more in (
            "interval: 1e999s",
            "interval: -1s",
            "interval: 0s",
            f"interval: {'9' * 39}s",
            "timeout: .inf",
            "timeout: .nan",
            "attempts: 1000000000000",
            "attempts: 0x7fffffffffffffff",
            "http: {max_body: 1e400}",
            "http: {max_body: 999999999999999999999GiB}",
            "http: {max_redirects: 1e9}",
            'http: {headers: {"X": "a\\r\\nHost: evil"}}',
            'http: {headers: {"X\\0": a}}',
            'http: {method: "GET / HTTP/1.1\\r\\nX: "}',
            "http: {redirect_to: [0.0.0.0/99]}",
            "http: {proxy: 'socks5://127.0.0.1:1'}",
            "expect: {body_matches: ['(']}",
            "expect: {status: [200, 1000000]}",
            "tls: {ca_file: /dev/zero}",
            "tls: {ca_file: /dev/stdin}",
            "tls: {ca_file: /proc/self/mem}",
        )
    ),
]


@pytest.fixture(scope="module")
def probe(portal: BlockingPortal, folder: Path) -> Iterator[Watched]:
    """Run one service for all rows, from a folder where the bad files find what they name."""
    for file in INVALID.iterdir():
        shutil.copy(file, folder)
    with portal.wrap_async_context_manager(watching(folder)) as made:
        yield made


@pytest.fixture(scope="module")
def good(probe: Watched) -> str:
    """Return the good configuration's text."""
    return probe.config.read_text(encoding="utf-8")


async def refused(probe: Watched, good: str, write: Write) -> str:
    """Try a file by a reload; return the answer that it got, once the good one is back."""
    write(probe.config, good)
    try:
        answer = await probe.reload()
    finally:
        if probe.config.is_dir():
            probe.config.rmdir()
        whole = probe.folder / "whole.yml"
        whole.write_text(good, encoding="utf-8")
        whole.replace(probe.config)
    assert answer.status_code == 500, answer.text
    found = await probe.undisturbed()
    assert found.one("probe_config_last_reload_successful") == 0
    return answer.text


@pytest.mark.parametrize("name", sorted(path.stem for path in INVALID.glob("*.yml")))
def test_a_file_that_is_invalid(
    name: str, portal: BlockingPortal, probe: Watched, good: str
) -> None:
    """The answer is what `check-config` says of it."""
    content = (INVALID / f"{name}.yml").read_bytes()
    said = portal.call(refused, probe, good, data(content))
    expected = (INVALID / f"{name}.says").read_text(encoding="utf-8")
    wanted = expected.replace(f"{name}.yml:", "probe.yml:")
    assert said.partition("\n")[2].replace(f"{probe.folder}/", "").strip() == wanted.strip()


@pytest.mark.parametrize("bad", BAD, ids=ids(BAD))
def test_a_file_that_is_hostile(
    bad: Bad, portal: BlockingPortal, probe: Watched, good: str
) -> None:
    """It is refused at once, and named."""
    assert bad.words in portal.call(refused, probe, good, bad.write)
    assert not (probe.folder / "pwned").exists()


def test_the_good_file_afterwards(portal: BlockingPortal, probe: Watched) -> None:
    """It is taken over as if nothing had been."""
    assert portal.call(probe.reload).status_code == 200
    portal.call(probe.goes_on)


# --- --web.config.file -----------------------------------------------------------------------

HASHED = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
WEB = {
    "a password": "basic_auth_users: {ann: hunter22}\n",
    "a cost of 99": f"basic_auth_users: {{ann: {HASHED.replace('$04$', '$99$')}}}\n",
    "a cost of 3": f"basic_auth_users: {{ann: {HASHED.replace('$04$', '$03$')}}}\n",
    "junk for salt": f"basic_auth_users: {{ann: {HASHED[:7]}{'!' * 22}{HASHED[29:]}}}\n",
    "half a hash": f"basic_auth_users: {{ann: {HASHED[:30]}}}\n",
    "users as a list": "basic_auth_users: [ann]\n",
    "the least over the greatest": "tls_server_config: {cert_file: s.pem, key_file: s.pem, "
    "min_version: TLS13, max_version: TLS12}\n",
    "a version of old": "tls_server_config: {cert_file: s.pem, key_file: s.pem, min_version: SSL30}\n",
    "no such certificate": "tls_server_config: {cert_file: no.pem, key_file: no.pem}\n",
    "a certificate that is none": "tls_server_config: {cert_file: web.yml, key_file: web.yml}\n",
    "a key that is unknown": "rate_limit: {burst: 1}\n",
    "a header in two lines": 'http_server_config: {headers: {X-Frame-Options: "a\\r\\nX: b"}}\n',
    "HTTP/2": "http_server_config: {http2: true}\n",
    "aliases of aliases": bomb(9),
    "lists in lists": "[" * 500_000,
    "a tag": "basic_auth_users: !!python/object/apply:os.system [id]\n",
    "nulls": "\0\0\0",
}


@pytest.mark.parametrize("name", WEB)
def test_users_and_tls_at_the_start(name: str, portal: BlockingPortal, folder: Path) -> None:
    """The program ends at once, with a line that says why and no password."""

    async def start() -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, "run", "--web.listen-address=127.0.0.1:0", f"--web.config.file={web}"),
            *flags(folder)[:1],
            f"--storage.path={folder / 'other'}",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return process.returncode, said.decode()

    web = folder / "web.yml"
    web.write_text(WEB[name], encoding="utf-8")
    status, said = portal.call(start)
    assert status == 2, said
    assert "Traceback" not in said
    assert "hunter22" not in said
    assert "web.yml" in said


@pytest.fixture(scope="module")
def guarded(
    portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Watched, str]]:
    """Run a service that users guard."""
    folder = tmp_path_factory.mktemp("guarded")
    web = folder / "web.yml"
    web.write_text(f"basic_auth_users: {{ann: {HASHED}}}\n", encoding="utf-8")
    made = watching(folder, None, f"--web.config.file={web}", client={"auth": ("ann", "secret")})
    with portal.wrap_async_context_manager(made) as probe:
        yield probe, web.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*WEB, "a pipe", "none", "a link to zeros"])
def test_users_and_tls_while_it_runs(
    name: str, portal: BlockingPortal, guarded: tuple[Watched, str]
) -> None:
    """What was in force holds on: the right password is let in, and nobody without."""
    probe, good = guarded
    web = probe.folder / "web.yml"
    web.unlink()
    match name:
        case "a pipe":
            os.mkfifo(web)
        case "none":
            pass
        case "a link to zeros":
            web.symlink_to("/dev/zero")
        case _:
            web.write_text(WEB[name], encoding="utf-8")
    assert portal.call(probe.get, "/metrics").status_code == 200

    async def without() -> int:
        return (
            await probe.client.get(f"{probe.url}/metrics", auth=("ann", "hunter22"))
        ).status_code

    assert portal.call(without) == 401
    portal.call(probe.undisturbed)
    web.unlink(missing_ok=True)
    web.write_text(good, encoding="utf-8")


def test_what_was_written_is_json(good: str) -> None:
    """The good file is one that nobody could take for another."""
    assert json.loads(good)["targets"][0]["name"] == "healthy"
