"""The server that all contenders probe: nginx on loopback, and a port that never says a word."""

import asyncio
import contextlib
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rig.process import await_port, free_port, running
from tests.servers import Authority

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
WORDS = "<h1>Log in</h1>"
PAGES: Mapping[str, int] = {"page": 3_000, "big": 100_000}

_CONFIG = """
daemon off;
master_process on;
worker_processes 2;
worker_rlimit_nofile 16384;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log error;
events {{ worker_connections 8192; }}
http {{
  log_format arrival '$msec $request_time $status $request_uri';
  access_log {folder}/arrivals.log arrival;
  default_type text/html;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  ssl_session_cache off;
  ssl_session_tickets off;
  server {{
    listen 127.0.0.1:{plain} backlog=4096;
    listen 127.0.0.1:{tls} ssl backlog=4096;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    root {folder};
    location /page/ {{ rewrite ^ /page.html break; }}
    location /big/ {{ rewrite ^ /big.html break; }}
    location / {{ return 404; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the pages are; each target asks for a path of its own, so that the log tells them."""

    folder: Path
    plain: int
    tls: int
    silent: int
    ca_file: str

    def url(self, number: int, *, tls: bool, page: str, hangs: bool) -> str:
        """Return the address of one target."""
        port = self.silent if hangs else self.tls if tls else self.plain
        return f"{'https' if tls else 'http'}://localhost:{port}/{page}/{number}"

    def mark(self) -> int:
        """Return a place in the log, from which `arrivals` can go on."""
        return (self.folder / "arrivals.log").stat().st_size

    def arrivals(self, mark: int) -> Mapping[str, list[float]]:
        """Return when each path was asked for since a mark, in seconds since 1970."""
        found: dict[str, list[float]] = defaultdict(list)
        with (self.folder / "arrivals.log").open() as log:
            log.seek(mark)
            for line in log:
                at, took, status, path = line.split()
                if status != "200":
                    raise SystemExit(f"{path} was answered {status}: there is nothing to compare")
                found[path].append(float(at) - float(took))
        return found


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Run the server."""
    if NGINX is None:
        raise SystemExit("nginx is not installed: there is nothing to probe (Debian: nginx-light)")
    authority = Authority(folder)
    issued = authority.issue("localhost", "127.0.0.1", "::1")
    issued.private_key_pem.write_to_path(folder / "server.key")
    issued.cert_chain_pems[0].write_to_path(folder / "server.pem")
    for name, size in PAGES.items():
        head = f"<!doctype html><html><head><title>Sign in</title></head><body>{WORDS}"
        (folder / f"{name}.html").write_text(head + "<p>words</p>" * (size // 12))
    folder.chmod(0o755)
    plain, tls = free_port(), free_port()
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, plain=plain, tls=tls))
    with _silent() as silent, running([NGINX, "-c", str(config)], folder / "nginx.log"):
        await_port(tls)
        yield Server(folder=folder, plain=plain, tls=tls, silent=silent, ca_file=authority.file)


@contextlib.contextmanager
def _silent() -> Iterator[int]:
    """Listen on a port, accept, and say nothing until the other side leaves."""
    port = free_port()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while await reader.read(65_536):
                pass
        writer.close()

    async def listen() -> None:
        async with await asyncio.start_server(hold, "127.0.0.1", port, backlog=4096):
            await stop.wait()

    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),), daemon=True)
    thread.start()
    await_port(port)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
