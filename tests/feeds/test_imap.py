"""A mailbox on a real IMAP server."""

import asyncio
import getpass
import grp
import os
import pwd
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from probe.feeds.imap import MOST_BYTES, mailbox, unpack
from probe.types import Feed, FeedFailure, FeedKind
from tests.debian import needs
from tests.samples import FEED, NOON, TLS
from tests.servers import Authority

pytestmark = [pytest.mark.anyio, needs("dovecot", package="dovecot-imapd")]

PASSWORD = "secret"
SETTINGS = """
base_dir = {path}/run
state_dir = {path}/run
log_path = {path}/dovecot.log
protocols = imap
listen = 127.0.0.1
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{path}/mail
ssl = required
ssl_cert = <{path}/server.pem
ssl_key = <{path}/server.key
disable_plaintext_auth = yes
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={path}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
"""
#: Who is not root has no other users to be, and cannot change the root directory.
ALONE = """
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
service imap-login {{
  chroot =
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port() -> int:
    """Return a port that was free just now: dovecot cannot choose one itself."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that another user may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="spot-probe-") as made:
        path = Path(made)
        path.chmod(0o755)
        yield path


def owner() -> tuple[int, int]:
    """Return who has the mail: ourselves, or nobody where we are root, whom dovecot refuses."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


@pytest.fixture
async def server(folder: Path) -> AsyncIterator[Path]:
    """Run dovecot on a mailbox of the test's own; yield its folder."""
    issued = Authority(folder).issue("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(folder / "server.pem")
    issued.private_key_pem.write_to_path(folder / "server.key")
    uid, gid = owner()
    for name in ("", "cur", "new", "tmp"):
        (folder / "mail" / name).mkdir()
        os.chown(folder / "mail" / name, uid, gid)
    port = free_port()
    (folder / "port").write_text(str(port), encoding="utf-8")
    text = SETTINGS.format(path=folder, port=port, uid=uid, gid=gid)
    if os.getuid() != 0:
        text += ALONE.format(user=getpass.getuser(), group=grp.getgrgid(gid).gr_name)
    (folder / "dovecot.conf").write_text(text, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        str(shutil.which("dovecot")), "-F", "-c", str(folder / "dovecot.conf")
    )
    try:
        await answers(port)
        yield folder
    finally:
        process.terminate()
        await process.wait()


async def answers(port: int) -> None:
    """Wait until the server listens."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return


def deliver(path: Path, name: str, sender: str, *, days: int = 0, size: int = 0) -> None:
    """Put a message into the mailbox that was sent, and came, some days ago."""
    at = NOON - timedelta(days=days)
    file = path / "mail" / "new" / f"{int(at.timestamp())}.{name}.host"
    file.write_text(
        f"From: Somebody <{sender}>\nTo: us@provider.example\nSubject: {name}\n"
        f"Date: {format_datetime(at)}\n\nSPOT will be unavailable.\n{'x' * size}\n",
        encoding="utf-8",
    )
    os.utime(file, (at.timestamp(), at.timestamp()))
    os.chown(file, *owner())


def feed_of(path: Path, password: str = PASSWORD) -> Feed:
    """Return the mailbox as a feed."""
    port = (path / "port").read_text(encoding="utf-8")
    return replace(
        FEED,
        kind=FeedKind.IMAP,
        url=f"imaps://127.0.0.1:{port}/INBOX",
        username="probe",
        senders=("listserv@fcso.example",),
        password=password,
        tls=replace(TLS, ca_file=str(path / "authority.pem")),
    )


async def test_the_lists_messages_are_read_and_nobody_elses(server: Path) -> None:
    """Not those of others, not old ones, of huge ones the beginning; and they stay unread."""
    deliver(server, "announced", "listserv@fcso.example")
    deliver(server, "private", "friend@home.example")
    deliver(server, "forged", "listserv@fcso.example.evil.example")
    deliver(server, "old", "listserv@fcso.example", days=63)  # by any zone's date
    deliver(server, "huge", "listserv@fcso.example", size=MOST_BYTES)
    feed = feed_of(server)
    answer = await mailbox(feed, {}, NOON)
    assert (answer.failure, answer.detail) == (None, "")
    assert answer.text is not None
    messages = {message.subject: message for message in unpack(answer.text)}
    assert messages.keys() == {"announced", "huge"}
    assert [name for name, message in messages.items() if message.cut] == ["huge"]
    assert not list((server / "mail" / "cur").glob("*:2,*S*"))

    again = await mailbox(feed, answer.validators, NOON)
    assert (again.text, again.failure) == (None, None)
    deliver(server, "another", "listserv@fcso.example")
    later = await mailbox(feed, answer.validators, NOON)
    assert later.text is not None
    assert len(list(unpack(later.text))) == 3


async def test_a_wrong_password_is_told(server: Path) -> None:
    """And the password is not."""
    answer = await mailbox(feed_of(server, password="wrong-password"), {}, NOON)
    assert answer.failure is FeedFailure.STATUS
    assert "wrong-password" not in answer.detail


async def test_a_server_that_is_not_trusted_is_not_logged_in_to(server: Path) -> None:
    """The password goes to nobody whose certificate is another's."""
    (server / "other").mkdir()
    stranger = Authority(server / "other")
    feed = replace(feed_of(server), tls=replace(TLS, ca_file=stranger.file))
    answer = await mailbox(feed, {}, NOON)
    assert answer.failure is FeedFailure.FETCH
    assert "CERTIFICATE_VERIFY_FAILED" in answer.detail


async def test_a_server_that_is_away_is_a_failure(tmp_path: Path) -> None:
    """As any feed's is."""
    Authority(tmp_path)
    (tmp_path / "port").write_text(str(free_port()), encoding="utf-8")
    answer = await mailbox(feed_of(tmp_path), {}, NOON)
    assert answer.failure is FeedFailure.FETCH
