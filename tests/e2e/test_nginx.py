"""The probe behind a real nginx, with the configuration of the examples."""

import http.client
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from tests.dashboards.stack import free_address, running
from tests.debian import needs

pytestmark = needs("nginx", package="nginx")
PATIENCE_SECONDS = 60
ROOT = Path(__file__).parent.parent.parent
NGINX = """daemon off; pid {folder}/nginx.pid; error_log stderr; events {{}}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{server} }}
"""


class Site:
    """Where nginx is, and what trusts its certificate."""

    def __init__(self, url: str, trust: ssl.SSLContext) -> None:
        self.url = url
        self._trust = trust

    def wait(self) -> None:
        """Return as soon as nginx and the probe behind it answer."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < ends
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return self.ask("-/healthy")[0] == http.client.OK
        except urllib.error.URLError:
            return False

    def ask(self, path: str, method: str = "GET") -> tuple[int, str, bytes]:
        """Ask as the site's own page would; return status, type and the beginning of the body."""
        parts = urlsplit(self.url)
        headers = {"Origin": f"{parts.scheme}://{parts.netloc}"}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)  # noqa: S310  (our own)
        try:
            with urllib.request.urlopen(request, timeout=10, context=self._trust) as answer:  # noqa: S310  (the same)
                beginning = (
                    b"" if "event-stream" in answer.headers["Content-Type"] else answer.read()
                )
                return answer.status, answer.headers["Content-Type"], beginning
        except urllib.error.HTTPError as error:
            return error.code, "", error.read()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Start a probe, and nginx before it with the example's server."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    probe, outside = free_address(), free_address()
    server = (ROOT / "examples" / "nginx.conf").read_text(encoding="utf-8")
    for name, ours in {
        "listen 443 ssl": f"listen {outside} ssl",
        "127.0.0.1:7768;": f"{probe};",
        "/etc/ssl/spot.example.org.pem": f"{tmp_path}/cert.pem",
        "/etc/ssl/spot.example.org-key.pem": f"{tmp_path}/key.pem",
    }.items():
        assert name in server
        server = server.replace(name, ours)
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path, server=server))
    (tmp_path / "probe.yml").write_text(
        "targets: [{name: a, url: 'http://127.0.0.1:1/', components: [a], attempts: 1}]\n"
        "feeds: []\nconnectivity: []\nmaintenance: {off_peak: []}\n",
        encoding="utf-8",
    )
    flags = [f"--config.file={tmp_path}/probe.yml", f"--storage.path={tmp_path}/data"]
    flags += [f"--web.listen-address={probe}", f"--web.external-url=https://{outside}/probe/"]
    nginx = [shutil.which("nginx") or "", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run([*nginx, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    trust = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    with (
        running([sys.executable, "-m", "probe", "run", *flags], tmp_path / "probe.log"),
        running(nginx, tmp_path / "nginx.log"),
    ):
        found = Site(f"https://{outside}/probe/", trust)
        found.wait()
        yield found


def test_the_page_its_changes_and_its_reload_pass_through_nginx(site: Site) -> None:
    """What is scraped does not."""
    status, _, page = site.ask("")
    assert (status, b"SPOT" in page or b"<html" in page) == (200, True)
    assert site.ask("api/v1/status")[0] == 200
    status, kind, _ = site.ask("events")
    assert (status, kind.split(";")[0]) == (200, "text/event-stream")
    assert site.ask("-/reload", "POST")[0] == 200
    assert site.ask("metrics")[0] == 403
