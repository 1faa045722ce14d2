"""Files that somebody else writes."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from probe.config import DocumentError, load, parse
from probe.prober import trust
from probe.runtime.files import beginning
from probe.web import toolkit
from tests.samples import TLS


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    """One byte more tells that there is more, even where there is no end."""
    path = tmp_path / "file"
    path.write_bytes(b"four")
    assert (beginning(path, 4), beginning(path, 3), beginning(path, 2)) == (
        b"four",
        b"four",
        b"fou",
    )
    assert len(beginning("/dev/zero", 9)) == 10


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    """Wherever a file is named: configuration, secret, certificate, users."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="it is a pipe"):
        beginning(pipe, 9)
    with pytest.raises(DocumentError, match="it is a pipe"):
        load(str(pipe), {})
    with pytest.raises(DocumentError, match="it is a pipe"):
        parse(f"contact: ${{file:{pipe}}}", "probe.yml", environment={})
    with pytest.raises(DocumentError, match="it is a pipe"):
        toolkit.load(str(pipe))
    for tls in (replace(TLS, ca_file=str(pipe)), replace(TLS, cert_file=str(pipe))):
        with pytest.raises(ValueError, match=r"_file .*: it is a pipe"):
            trust.context(tls)


def test_an_endless_file_is_no_configuration(tmp_path: Path) -> None:
    """Nor is it a certificate."""
    with pytest.raises(DocumentError, match="more than 1 MiB"):
        toolkit.load("/dev/zero")
    large = tmp_path / "large.pem"
    large.touch()
    os.truncate(large, 1 << 30)
    target = f"name: a, url: 'https://a.example/', components: [a], tls: {{ca_file: {large}}}"
    text = f"targets: [{{{target}}}]"
    with pytest.raises(DocumentError, match="not a certificate or key in PEM"):
        parse(text, "probe.yml", environment={})
