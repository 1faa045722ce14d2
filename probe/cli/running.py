"""`run`: the service."""

import asyncio
import logging
import sys
from contextlib import closing
from enum import StrEnum
from typing import Annotated

import uvloop

from probe import config as configuration
from probe.cli.options import ConfigFile, ShardOf, StoragePath, deployed, shard
from probe.journal import Journal
from probe.runtime import logs
from probe.runtime.clock import now
from probe.runtime.memory import share_one_arena
from probe.service import Service
from probe.version import VERSION
from probe.web.external import external
from probe.web.limits import raise_descriptors
from probe.web.renewed import Renewed
from probe.web.server import listen

log = logging.getLogger(__name__)

#: How long the thread that serves may keep the interpreter from the one that probes; Python's own
#: 5 ms, at each of the dozen steps of a probe, would show in what is measured.
SWITCH_SECONDS = 0.0005


class LogLevel(StrEnum):
    """`--log.level`: the least that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class LogFormat(StrEnum):
    """`--log.format`."""

    LOGFMT = "logfmt"
    JSON = "json"


class Switch(StrEnum):
    """`--flag=true|false`, as Prometheus programs take it."""

    TRUE = "true"
    FALSE = "false"


def run(
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    listen_address: Annotated[
        list[str] | None,
        deployed("--web.listen-address", "HOST:PORT", help="Repeatable; default: 127.0.0.1:7768."),
    ] = None,
    web_config_file: Annotated[
        str | None,
        deployed("--web.config.file", "FILE", help="TLS and users, as in the exporter-toolkit."),
    ] = None,
    external_url: Annotated[
        str | None,
        deployed("--web.external-url", "URL", help="Where people reach this probe."),
    ] = None,
    part: ShardOf = "1/1",
    lifecycle: Annotated[
        Switch,
        deployed("--web.enable-lifecycle", help="Whether POST /-/reload is obeyed."),
    ] = Switch.TRUE,
    log_level: Annotated[
        LogLevel, deployed("--log.level", help="The least that is written.")
    ] = LogLevel.INFO,
    log_format: Annotated[
        LogFormat, deployed("--log.format", help="How a line of the log is written.")
    ] = LogFormat.LOGFMT,
) -> None:
    """Probe, read what was published, label, export; until SIGTERM or SIGINT."""
    line = logs.start(log_level, log_format)
    addresses = listen_address or ["127.0.0.1:7768"]
    ours = shard(part)
    config = configuration.load(config_file, shard=ours)
    line.hide(config.secrets.redact)
    web = Renewed(web_config_file)
    outside = external(external_url)
    raise_descriptors()
    share_one_arena()
    sys.setswitchinterval(SWITCH_SECONDS)
    with closing(Journal(storage_path, now)) as journal:
        journal.start()
        sockets = listen(addresses)
        scheme = "https" if web().tls else "http"
        for socket in sockets:
            host, port = socket.getsockname()[:2]
            place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            log.info("spot-probe %s listens on %s://%s", VERSION, scheme, place)
        if not (config.contact or outside.url):
            log.warning("no contact: in the configuration; sites that are asked cannot reach you")

        async def serve() -> None:
            service = Service(
                config_file,
                config,
                journal,
                outside,
                shard=ours,
                lifecycle=lifecycle is Switch.TRUE,
                hide=line.hide,
            )
            await service.run(sockets, web)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())
        log.info("stopped")
