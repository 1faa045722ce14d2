"""TLS: how a server is verified, how we are, and what the handshake told."""

import contextlib
import functools
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import certifi

from probe.runtime.files import MOST_PEM_BYTES, beginning
from probe.runtime.renewed import Renewed
from probe.types import Tls


def renewed(tls: Tls) -> Renewed[ssl.SSLContext]:
    """Build the context that every connection to one target shares, and follow its files."""
    files = [file for file in (tls.ca_file, tls.cert_file, tls.key_file) if file is not None]
    return Renewed(files, lambda: context(tls))


def context(tls: Tls) -> ssl.SSLContext:
    """Build a context; a ValueError names the file at fault."""
    made = _trusting(tls.ca_file)
    made.set_alpn_protocols(["http/1.1"])
    if not tls.verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if tls.cert_file is not None:
        _identify(made, tls.cert_file, tls.key_file)
    elif tls.key_file is not None:
        raise ValueError(f"key_file {tls.key_file}: a key without its cert_file")
    return made


def _trusting(ca_file: str | None) -> ssl.SSLContext:
    if ca_file is None:
        return ssl.create_default_context(cafile=None if _system_store() else certifi.where())
    _readable("ca_file", ca_file)
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # an SSLError is one
        raise ValueError(f"ca_file {ca_file}: {_plainly(error)}") from error


def _system_store() -> bool:
    paths = ssl.get_default_verify_paths()  # None where there is no such file or directory
    return bool(paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())))


def _identify(made: ssl.SSLContext, cert_file: str, key_file: str | None) -> None:
    for key, name in (("cert_file", cert_file), ("key_file", key_file)):
        if name is not None:
            _readable(key, name)
    try:
        # Without a password of our own OpenSSL would ask the terminal for an encrypted key's.
        made.load_cert_chain(cert_file, key_file, password="")
    except OSError as error:
        files = cert_file if key_file is None else f"{cert_file} with key_file {key_file}"
        raise ValueError(f"cert_file {files}: {_plainly(error)}") from error


def _readable(key: str, name: str) -> None:
    """Refuse a file for which OpenSSL would wait, or of which it would find no end."""
    try:
        long = len(beginning(name, MOST_PEM_BYTES)) > MOST_PEM_BYTES
    except OSError as error:
        raise ValueError(f"{key} {name}: {_plainly(error)}") from error
    if long:
        raise ValueError(f"{key} {name}: more than {MOST_PEM_BYTES >> 20} MiB")


def _plainly(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"not usable in PEM form ({error.reason})"
    return error.strerror or str(error)


def version(connection: ssl.SSLObject) -> str | None:
    """Name the protocol as blackbox_exporter writes it: `TLS 1.3`."""
    name = connection.version()
    if name is None or not name.startswith("TLSv"):
        return name
    number = name.removeprefix("TLSv")
    return f"TLS {number}" if "." in number else f"TLS {number}.0"


def earliest_expiry(connection: ssl.SSLObject) -> datetime | None:
    """When the first certificate expires of the chain that was verified, or else presented."""
    # ssl offers the chains only from 3.13 on, and a certificate's fields only if it was verified;
    # the object behind it has had both since 3.10.
    behind: Any = getattr(connection, "_sslobj", None)
    verified = connection.context.check_hostname  # that is asked for with every verification
    with contextlib.suppress(AttributeError, KeyError, ValueError, OSError):
        chain = behind.get_verified_chain() if verified else behind.get_unverified_chain()
        return min(map(_end, chain))
    return None


@functools.lru_cache(maxsize=1024)
def _end(certificate: Any) -> datetime:
    """Read a certificate's end; the same few are presented again and again."""
    seconds = ssl.cert_time_to_seconds(certificate.get_info()["notAfter"])
    return datetime.fromtimestamp(seconds, tz=UTC)
