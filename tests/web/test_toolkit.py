"""`--web.config.file`: what is supported works, all else is refused at start."""

import ssl
from pathlib import Path

import bcrypt
import pytest
import trustme

from probe.config import DocumentError
from probe.web.toolkit import load

#: By a salt of its own, the same each time: it stands in names of tests.
HASHED = bcrypt.hashpw(b"secret", b"$2b$04$abcdefghijklmnopqrstuu").decode()


def write(path: Path, text: str) -> str:
    """Write a file and return its path."""
    file = path / "web.yml"
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Write a certificate and its key, and the authority's."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path


def test_no_file_is_no_protection() -> None:
    """Plain HTTP on loopback is the default."""
    web = load(None)
    assert (web.tls, web.users, web.headers) == (None, {}, {})


def test_tls_headers_and_users_are_read(certificate: Path) -> None:
    """Paths start at the file's own directory."""
    web = load(
        write(
            certificate,
            "tls_server_config:\n"
            "  cert_file: server.pem\n"
            "  key_file: server.pem\n"
            "  client_ca_file: ca.pem\n"
            "  client_auth_type: RequireAndVerifyClientCert\n"
            "  min_version: TLS13\n"
            "http_server_config: {headers: {X-Frame-Options: deny}}\n"
            f"basic_auth_users: {{ann: {HASHED}}}\n",
        )
    )
    assert web.tls is not None
    assert web.tls.verify_mode is ssl.CERT_REQUIRED
    assert web.tls.minimum_version is ssl.TLSVersion.TLSv1_3
    assert web.headers == {"X-Frame-Options": "deny"}
    assert web.users == {"ann": HASHED}
    assert [Path(file).name for file in web.files] == [
        "web.yml",
        "server.pem",
        "server.pem",
        "ca.pem",
    ]


ONE_WAY = """
tls_server_config: {cert_file: server.pem, key_file: server.pem, client_ca_file: ca.pem}
"""

BACKWARDS = ONE_WAY.replace("client_ca_file: ca.pem", "min_version: TLS13, max_version: TLS12")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rate_limit: {burst: 1}", "rate_limit: is not a known key"),
        ("http_server_config: {http2: true}", "http2: True: write False"),
        ("http_server_config: {headers: {X-Other: a}}", "X-Other"),
        ("basic_auth_users: {ann: secret}", "write a bcrypt hash"),
        (f"basic_auth_users: {{ann: {HASHED.replace('$04$', '$99$')}}}", "write a bcrypt hash"),
        (f"basic_auth_users: {{ann: {HASHED.replace('$04$', '$18$')}}}", "of cost 4 to 17"),
        (f"basic_auth_users: {{ann: {HASHED.replace('$04$', '$03$')}}}", "of cost 4 to 17"),
        (f"basic_auth_users: {{ann: {HASHED[:7]}{'!' * 22}{HASHED[29:]}}}", "write a bcrypt hash"),
        (f"basic_auth_users: {{ann: {HASHED[:28]}z{HASHED[29:]}}}", "write a bcrypt hash"),
        (f"basic_auth_users: {{ann: {HASHED[:29]}{'!' * 31}}}", "write a bcrypt hash"),
        (BACKWARDS, "max_version: 'TLS12': write a version from min_version, TLS13, on"),
        ('http_server_config: {headers: {X-Frame-Options: "a\\nb"}}', "on one line"),
        ("http_server_config: {headers: {X-Frame-Options: €}}", "in ASCII"),
        ("tls_server_config: {cert_file: server.pem}", "key_file: is missing"),
        ("tls_server_config: {cert_file: none.pem, key_file: server.pem}", "no such file"),
        ("tls_server_config: {cert_file: web.yml, key_file: web.yml}", "not a certificate"),
        (ONE_WAY, "go together"),
        (
            "tls_server_config: {cert_file: server.pem, key_file: server.pem, cipher_suites: []}",
            "cipher_suites: is not a known key",
        ),
        ("- a", "write keys"),
    ],
)
def test_what_is_not_supported_is_refused(certificate: Path, text: str, words: str) -> None:
    """Half a protection is none."""
    with pytest.raises(DocumentError) as caught:
        load(write(certificate, text))
    assert words in str(caught.value)
    assert "web.yml" in str(caught.value)


def test_what_does_not_go_together_is_told_beside_other_faults(certificate: Path) -> None:
    """An unknown key hides nothing."""
    text = ONE_WAY.replace("}", ", cipher_suites: []}")
    with pytest.raises(DocumentError) as caught:
        load(write(certificate, text))
    assert [problem.key.split(".")[1] for problem in caught.value.problems] == [
        "client_auth_type",
        "cipher_suites",
    ]
    with pytest.raises(DocumentError) as caught:
        load(write(certificate, f"rate_limit:\n{text}"))
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("value", ["hunter22", "[hunter22]", "{a: hunter22}", "22222222"])
def test_a_password_is_not_repeated_in_a_message(tmp_path: Path, value: str) -> None:
    """Who writes a password where its hash belongs does not find it in the log."""
    for text in (f"basic_auth_users: {{ann: {value}}}", f"basic_auth_users: {value}"):
        with pytest.raises(DocumentError, match="basic_auth_users") as caught:
            load(write(tmp_path, text))
        assert "hunter22" not in str(caught.value)
        assert "22222222" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the path that was given."""
    with pytest.raises(DocumentError, match=r"none\.yml: the file cannot be read"):
        load(str(tmp_path / "none.yml"))
