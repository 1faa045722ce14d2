"""`--web.config.file` while the server runs: certificates and passwords that change on disk."""

import asyncio
import logging
import ssl
from pathlib import Path

import bcrypt
import httpx
import pytest
import trustme

from probe.config import DocumentError
from probe.web.renewed import Renewed
from tests.web.serving import Place, serving
from tests.web.stage import Stage

pytestmark = pytest.mark.anyio


def users(**passwords: str) -> str:
    """Return the file's part that names users."""
    lines = [
        f"  {name}: {bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()}\n"
        for name, password in passwords.items()
    ]
    return "".join(["basic_auth_users:\n", *lines])


TLS = "tls_server_config: {cert_file: server.pem, key_file: server.key}\n"


def write(path: Path, text: str) -> str:
    """Write the file, as an editor does that replaces it whole; return its path."""
    file, new = path / "web.yml", path / "new"
    new.write_text(text, encoding="utf-8")
    new.replace(file)
    return str(file)


def issue(path: Path, authority: trustme.CA) -> None:
    """Write a certificate and its key."""
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(path / "server.pem")
    issued.private_key_pem.write_to_path(path / "server.key")


async def status(client: httpx.AsyncClient, name: str, password: str) -> int:
    """Return how a user is answered."""
    return (await client.get("/metrics", auth=(name, password))).status_code


async def test_a_changed_password_holds_from_the_next_request_on(tmp_path: Path) -> None:
    """Over a connection that is open, and though the old one was right a moment ago."""
    renewed = Renewed(write(tmp_path, users(ann="old", bob="word")))
    app = Stage().app(renewed)
    async with (
        serving(app, renewed) as place,
        httpx.AsyncClient(base_url=place.url) as client,
    ):
        assert await status(client, "ann", "old") == 200
        write(tmp_path, users(ann="new"))
        assert await status(client, "ann", "old") == 401
        assert await status(client, "bob", "word") == 401
        assert await status(client, "ann", "new") == 200
        write(tmp_path, "{}\n")
        assert (await client.get("/metrics")).status_code == 200


def test_a_bad_file_leaves_what_was_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Broken, half written, or gone; the next good one is taken."""
    path = write(tmp_path, users(ann="old"))
    renewed = Renewed(path)
    client = Stage().client(renewed)
    for bad in ("basic_auth_users: {ann: new}\n", "basic_auth_users: {ann", "limits: {}\n", None):
        caplog.clear()
        if bad is None:
            Path(path).unlink()
        else:
            write(tmp_path, bad)
        for _ in range(3):
            assert client.get("/metrics", auth=("ann", "old")).status_code == 200
            assert client.get("/metrics").status_code == 401
        assert [record.levelno for record in caplog.records] == [logging.ERROR]
    write(tmp_path, users(ann="new"))
    assert client.get("/metrics", auth=("ann", "old")).status_code == 401
    assert client.get("/metrics", auth=("ann", "new")).status_code == 200


def test_the_first_reading_is_not_forgiven(tmp_path: Path) -> None:
    """Nothing was in force before that could go on."""
    with pytest.raises(DocumentError):
        Renewed(str(tmp_path / "none.yml"))
    assert Renewed(None)().tls is None


async def presented(place: Place, trusted: trustme.CA) -> None:
    """Shake hands with a server whose certificate an authority must have issued."""
    context = ssl.create_default_context()
    trusted.configure_trust(context)
    _, writer = await asyncio.open_connection("127.0.0.1", place.port, ssl=context)
    writer.close()


async def test_a_renewed_certificate_is_shown_to_the_next_connection(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Once both halves are there; between them the old one holds, and that is said."""
    old, new = trustme.CA(), trustme.CA()
    issue(tmp_path, old)
    renewed = Renewed(write(tmp_path, TLS))
    async with serving(Stage().app(renewed), renewed) as place:
        await presented(place, old)
        issued = new.issue_cert("127.0.0.1")
        issued.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
        await presented(place, old)
        assert "tls_server_config" in caplog.text
        issued.private_key_pem.write_to_path(tmp_path / "server.key")
        await presented(place, new)
        with pytest.raises(ssl.SSLCertVerificationError):
            await presented(place, old)


async def test_a_renewed_authority_decides_which_clients_are_let_in(tmp_path: Path) -> None:
    """Those of the old one are no longer."""
    server, old, new = trustme.CA(), trustme.CA(), trustme.CA()
    issue(tmp_path, server)
    old.cert_pem.write_to_path(tmp_path / "clients.pem")
    asks = TLS.replace(
        "}", ", client_ca_file: clients.pem, client_auth_type: RequireAndVerifyClientCert}"
    )
    renewed = Renewed(write(tmp_path, asks))

    async def asked(place: Place, authority: trustme.CA) -> int:
        context = ssl.create_default_context()
        server.configure_trust(context)
        authority.issue_cert("client@probe.test").configure_cert(context)
        async with httpx.AsyncClient(base_url=place.url, verify=context) as client:
            try:
                return (await client.get("/-/healthy")).status_code
            except httpx.TransportError:
                return 0

    async with serving(Stage().app(renewed), renewed) as place:
        assert (await asked(place, old), await asked(place, new)) == (200, 0)
        new.cert_pem.write_to_path(tmp_path / "clients.pem")
        assert (await asked(place, old), await asked(place, new)) == (0, 200)


async def test_tls_can_be_switched_on(tmp_path: Path) -> None:
    """For those who connect from then on; so can headers."""
    authority = trustme.CA()
    renewed = Renewed(write(tmp_path, "{}\n"))
    async with serving(Stage().app(renewed), renewed) as place:
        async with httpx.AsyncClient(base_url=place.url) as client:
            assert (await client.get("/-/healthy")).status_code == 200
        issue(tmp_path, authority)
        write(tmp_path, TLS + "http_server_config: {headers: {X-Frame-Options: deny}}\n")
        await presented(place, authority)
        context = ssl.create_default_context()
        authority.configure_trust(context)
        url = place.url.replace("http:", "https:")
        async with httpx.AsyncClient(base_url=url, verify=context) as client:
            assert (await client.get("/")).headers["x-frame-options"] == "deny"
