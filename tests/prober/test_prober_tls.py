"""Real handshakes, good and bad."""

import os
import shutil
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probe.prober import trust
from probe.prober.exchange import also, exchange, prepare
from probe.prober.names import Names
from probe.types import Phase, Reason
from tests.prober.conftest import NOW, Ask
from tests.samples import HTTP, TLS
from tests.servers import (
    Authority,
    Conversation,
    answering,
    closing,
    halting,
    hanging_up,
    message,
    resetting,
    serving,
    shaking_hands,
)

pytestmark = pytest.mark.anyio

GOOD = answering(message(b"welcome"))


async def test_a_good_certificate_is_measured(ask: Ask, authority: Authority) -> None:
    """The handshake has its phase; version and expiry are those of the connection."""
    ends = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    async with serving(GOOD, tls=authority.server(not_after=ends)) as server:
        done = await ask(server.url)
    assert (done.reason, done.status_code, done.body) == (None, 200, b"welcome")
    assert list(done.phases) == list(Phase)
    assert done.tls_version == "TLS 1.3"
    assert done.certificate_expires_at == ends


async def test_tls_1_2_is_told_apart(ask: Ask, authority: Authority) -> None:
    """The version is that which was agreed on, written as blackbox_exporter writes it."""
    context = authority.server()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with serving(GOOD, tls=context) as server:
        assert (await ask(server.url)).tls_version == "TLS 1.2"


async def test_the_earliest_of_the_chain_counts(ask: Ask, authority: Authority) -> None:
    """An intermediate that expires before the leaf is what will break first."""
    soon = datetime(2029, 1, 1, tzinfo=UTC)
    later = datetime(2033, 1, 1, tzinfo=UTC)
    chain = authority.server_below_intermediate(not_after=later, intermediate_not_after=soon)
    async with serving(GOOD, tls=chain) as server:
        done = await ask(server.url)
    assert (done.reason, done.certificate_expires_at) == (None, soon)


async def test_the_earliest_of_all_hops_counts(ask: Ask, authority: Authority) -> None:
    """SPOT redirects to IDM, and the certificate of either may be the next to expire."""
    soon, later = datetime(2029, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)
    for ends in ((soon, later), (later, soon)):
        async with serving(GOOD, tls=authority.server(not_after=ends[1])) as idm:
            moved = answering(message(b"", "302 Found", Location=idm.url))
            async with serving(moved, tls=authority.server(not_after=ends[0])) as spot:
                done = await ask(spot.url)
        assert (done.reason, done.redirects, done.certificate_expires_at) == (None, 1, soon)


async def test_what_was_not_needed_does_not_count(ask: Ask, authority: Authority) -> None:
    """A server that also presents an expired cross-sign is verified by what has not expired."""
    ends = datetime(2033, 1, 1, tzinfo=UTC)
    context = authority.server_with_needless(not_after=ends)
    async with serving(GOOD, tls=context) as server:
        done = await ask(server.url)
    assert (done.reason, done.certificate_expires_at) == (None, ends)


async def test_a_renewed_file_is_obeyed(authority: Authority, tmp_path: Path) -> None:
    """The authority's file changes on disk: the next exchange trusts what it says then."""
    file, stranger = tmp_path / "ca.pem", Authority(tmp_path)
    shutil.copyfile(authority.file, file)
    request = prepare(
        "https://placeholder.test/",
        http=HTTP,
        tls=replace(TLS, ca_file=str(file)),
        timeout=timedelta(seconds=5),
        user_agent="x",
    )

    async def reason_at(url: str) -> Reason | None:
        done = await exchange(also(request, url, {}), clock=lambda: NOW, resolve=Names())
        return done.reason

    async with (
        serving(GOOD, tls=authority.server()) as ours,
        serving(GOOD, tls=stranger.server()) as theirs,
    ):
        assert (await reason_at(ours.url), await reason_at(theirs.url)) == (None, Reason.TLS)
        os.truncate(file, 99)
        assert (await reason_at(ours.url), await reason_at(theirs.url)) == (None, Reason.TLS)
        shutil.copyfile(stranger.file, file)
        assert (await reason_at(ours.url), await reason_at(theirs.url)) == (Reason.TLS, None)


async def test_a_wrong_host_is_tls(ask: Ask, authority: Authority) -> None:
    """A certificate for another name is refused, and the detail says so."""
    async with serving(GOOD, tls=authority.server("other.test")) as server:
        done = await ask(server.url)
    assert done.reason is Reason.TLS
    assert "127.0.0.1" in done.detail
    assert list(done.phases)[-1] is Phase.TLS


async def test_an_expired_certificate_is_tls(ask: Ask, authority: Authority) -> None:
    """A certificate that ended long ago is refused, and the detail says so."""
    past = datetime(2021, 1, 1, tzinfo=UTC)
    expired = authority.server(not_before=past - timedelta(days=9), not_after=past)
    async with serving(GOOD, tls=expired) as server:
        done = await ask(server.url)
    assert done.reason is Reason.TLS
    assert "certificate has expired" in done.detail


async def test_an_untrusted_certificate_is_tls(ask: Ask, tmp_path: Path) -> None:
    """A certificate of an authority that we do not know is refused."""
    async with serving(GOOD, tls=Authority(tmp_path).server()) as server:
        done = await ask(server.url)
    assert done.reason is Reason.TLS
    assert "verify failed" in done.detail


async def test_without_verification_any_certificate_will_do(ask: Ask, tmp_path: Path) -> None:
    """Unverified, even a stranger's expired certificate for another name; its expiry is told."""
    past = datetime(2021, 1, 1, tzinfo=UTC)
    stranger = Authority(tmp_path).server(
        "other.test", not_before=past - timedelta(days=9), not_after=past
    )
    async with serving(GOOD, tls=stranger) as server:
        done = await ask(server.url, tls=replace(TLS, verify=False))
    assert (done.reason, done.certificate_expires_at) == (None, past)


async def test_the_name_to_verify_can_be_given(ask: Ask, authority: Authority) -> None:
    """With `server_name` the certificate is held against that name and not the URL's host."""
    async with serving(GOOD, tls=authority.server("portal.test")) as server:
        assert (await ask(server.url, tls=replace(TLS, server_name="portal.test"))).reason is None
        assert (
            await ask(server.url, tls=replace(TLS, server_name="other.test"))
        ).reason is Reason.TLS


async def test_a_client_certificate_is_presented(ask: Ask, authority: Authority) -> None:
    """A server that requires one is satisfied by ours."""
    cert_file, key_file = authority.client()
    async with serving(GOOD, tls=authority.server(asks_clients=True)) as server:
        done = await ask(server.url, tls=replace(TLS, cert_file=cert_file, key_file=key_file))
    assert (done.reason, done.status_code) == (None, 200)


@pytest.mark.parametrize(
    ("version", "phase"),
    [(ssl.TLSVersion.TLSv1_2, Phase.TLS), (ssl.TLSVersion.TLSv1_3, Phase.PROCESSING)],
)
async def test_a_missing_client_certificate_is_tls(
    version: ssl.TLSVersion, phase: Phase, ask: Ask, authority: Authority
) -> None:
    """In TLS 1.3 the refusal comes after the handshake, and is `tls` all the same."""
    context = authority.server(asks_clients=True)
    context.maximum_version = version
    with shaking_hands(context) as url:
        done = await ask(url)
    assert (done.reason, list(done.phases)[-1]) == (Reason.TLS, phase)
    assert "alert" in done.detail


BROKEN: list[tuple[str, Conversation, Reason]] = [
    ("hangs in the handshake", halting(after_request=False), Reason.TIMEOUT),
    ("closes in the handshake", closing(), Reason.CONNECT),
    ("resets in the handshake", resetting(after_request=False), Reason.CONNECT),
    ("closes after the hello was read", hanging_up(), Reason.CONNECT),
    ("speaks plain HTTP", closing(message(b"welcome")), Reason.TLS),
]


@pytest.mark.parametrize(
    ("behave", "reason"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
async def test_a_server_that(behave: Conversation, reason: Reason, ask: Ask) -> None:
    """A handshake that is cut is `connect`, as of a load balancer without a backend."""
    async with serving(behave) as server:
        done = await ask(server.url.replace("http://", "https://"), seconds=0.5)
    assert done.reason is reason
    assert list(done.phases)[-1] is Phase.TLS


# --- building contexts -----------------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path, authority: Authority) -> None:
    """Whichever file is missing or unusable, the message says its key, its path and why."""
    cert_file, key_file = authority.client()
    missing, empty = str(tmp_path / "missing.pem"), tmp_path / "empty.pem"
    empty.touch()
    table = [
        (replace(TLS, ca_file=missing), f"ca_file {missing}: No such file or directory"),
        (replace(TLS, ca_file=str(empty)), f"ca_file {empty}: not usable in PEM form"),
        (replace(TLS, ca_file=str(tmp_path)), f"ca_file {tmp_path}: "),
        (replace(TLS, cert_file=missing), f"cert_file {missing}: No such file or directory"),
        (replace(TLS, cert_file=cert_file, key_file=missing), f"key_file {missing}: No such file"),
        (
            replace(TLS, cert_file=cert_file, key_file=str(empty)),
            f"cert_file {cert_file} with key_file {empty}: not usable in PEM form",
        ),
        (replace(TLS, cert_file=cert_file), f"cert_file {cert_file}: not usable in PEM form"),
        (replace(TLS, key_file=key_file), f"key_file {key_file}: a key without its cert_file"),
    ]
    for tls, words in table:
        with pytest.raises(ValueError, match="_file ") as caught:
            trust.context(tls)
        assert str(caught.value).startswith(words)


def test_an_encrypted_key_does_not_ask_the_terminal(authority: Authority, tmp_path: Path) -> None:
    """A key with a password that nobody gave is refused instead of being asked for."""
    cert_file, _ = authority.client()
    locked = authority.locked_key(tmp_path)
    with pytest.raises(ValueError, match=r"with key_file .*locked\.key: not usable"):
        trust.context(replace(TLS, cert_file=cert_file, key_file=locked))


def test_without_a_system_store_the_bundled_one_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On an image without certificates of its own certifi's are used."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert trust.context(TLS).cert_store_stats()["x509_ca"] > 50


def test_verification_is_on_unless_switched_off() -> None:
    """The default context checks chain and host name."""
    made = trust.context(TLS)
    assert (made.verify_mode, made.check_hostname) == (ssl.CERT_REQUIRED, True)
    made = trust.context(replace(TLS, verify=False))
    assert (made.verify_mode, made.check_hostname) == (ssl.CERT_NONE, False)
