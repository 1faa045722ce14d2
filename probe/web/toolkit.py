"""`--web.config.file`, as the exporter-toolkit has it: TLS, headers, users.

A key of the toolkit that is not supported is refused at start: half a protection is none.
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import bcrypt
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from probe.config import DocumentError, document, file
from probe.config.exposure import Exposure
from probe.config.load import validated
from probe.config.section import Section, before
from probe.config.values import File, HeaderValue

VERSIONS = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
CLIENTS = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
Version = Literal["TLS12", "TLS13"]


#: A higher cost than htpasswd makes would keep a login waiting for many seconds.
HASH = re.compile(r"\$2[aby]\$(0[4-9]|1[0-7])(\$[./A-Za-z0-9]{22})[./A-Za-z0-9]{31}")


def _bcrypt(value: str) -> str:
    found = HASH.fullmatch(value)
    try:
        # At the least cost, only to see whether it is a salt at all.
        fits = bool(found and bcrypt.hashpw(b"", f"$2b$04{found[2]}".encode()))
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("write a bcrypt hash of cost 4 to 17, as `htpasswd -nBC 10 NAME` makes it")
    return value


#: A slip may put the password itself there.
Hash = Annotated[str, AfterValidator(_bcrypt), Exposure.SECRET]


class TlsServerSection(Section):
    """`tls_server_config`."""

    cert_file: File
    key_file: File
    client_ca_file: File | None = None
    client_auth_type: Literal[
        "NoClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"
    ] = "NoClientCert"
    min_version: Version = "TLS12"
    max_version: Version = "TLS13"

    @field_validator("max_version")
    @classmethod
    def _versions_are_in_order(cls, version: str, info: ValidationInfo) -> str:
        match before(info, "min_version"):
            case (least,) if VERSIONS[least] > VERSIONS[version]:
                raise ValueError(f"write a version from min_version, {least}, on")
        return version

    @field_validator("client_auth_type")
    @classmethod
    def _clients_are_verified_by_something(cls, kind: str, info: ValidationInfo) -> str:
        match before(info, "client_ca_file"):
            case (file,) if (kind == "NoClientCert") == (file is not None):
                raise ValueError("client_ca_file and a client_auth_type that verifies go together")
        return kind

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it names."""
        named = (self.cert_file, self.key_file, self.client_ca_file)
        return tuple(str(file) for file in named if file is not None)

    def context(self) -> ssl.SSLContext:
        """Return the server's context; raises OSError for files that are no certificates."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = VERSIONS[self.min_version]
        context.maximum_version = VERSIONS[self.max_version]
        context.load_cert_chain(self.cert_file, self.key_file)
        context.verify_mode = CLIENTS[self.client_auth_type]
        if self.client_ca_file:
            context.load_verify_locations(self.client_ca_file)
        return context


class HttpServerSection(Section):
    """`http_server_config`; HTTP/2 is not spoken."""

    http2: Literal[False] = False
    headers: dict[
        Literal[
            "Content-Security-Policy",
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "X-XSS-Protection",
        ],
        HeaderValue,
    ] = Field(default_factory=dict)


class WebSection(Section):
    """The whole file."""

    tls_server_config: TlsServerSection | None = None
    http_server_config: HttpServerSection = HttpServerSection()
    basic_auth_users: dict[str, Hash] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """How the web server protects itself; `users` are bcrypt hashes by name.

    `files` are those that it was read from: the file itself and what it names.
    """

    tls: ssl.SSLContext | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


def load(path: str | None) -> WebConfig:
    """Return what a file says, or no protection without one; raises DocumentError."""
    if path is None:
        return WebConfig()
    given = document.read(file.read(path), path, WebSection)
    context = {"directory": Path(path).parent}
    section = validated(WebSection, given.raw, context, given, given.problems)
    try:
        tls = section.tls_server_config.context() if section.tls_server_config else None
    except OSError as error:
        remedy = f"not a certificate and its key in PEM: {error}"
        raise DocumentError([given.problem(("tls_server_config",), None, remedy)]) from error
    return WebConfig(
        tls=tls,
        headers={str(n): v for n, v in section.http_server_config.headers.items()},
        users=section.basic_auth_users,
        files=(path, *(section.tls_server_config.files if section.tls_server_config else ())),
    )
