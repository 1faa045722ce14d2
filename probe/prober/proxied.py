"""The same through a proxy: httpx's own transport, and the phases that it tells of."""

import ssl
from typing import Any

import httpx

from probe.prober import trust
from probe.prober.trace import Trace
from probe.types import Phase

#: What httpcore calls the events at which a phase begins; connecting includes the proxy's name.
_BEGINS = {
    "connect_tcp.started": Phase.CONNECT,
    "start_tls.started": Phase.TLS,
    "send_request_headers.started": Phase.PROCESSING,
    "receive_response_headers.complete": Phase.TRANSFER,
}


class ProxiedTransport(httpx.AsyncBaseTransport):
    """Sends through an http or https proxy; the address family is then the proxy's business."""

    def __init__(self, *, trace: Trace, context: ssl.SSLContext, proxy: str) -> None:
        self._trace = trace
        self._through = httpx.AsyncHTTPTransport(verify=context, trust_env=False, proxy=proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with the head read; a tunnel's own request counts as connecting."""
        tunnelling = request.url.scheme == "https"

        async def note(event: str, info: dict[str, Any]) -> None:
            nonlocal tunnelling
            phase = _BEGINS.get(event.partition(".")[2])
            # An https proxy is secured before the tunnel is asked for, the target after it.
            if event == "proxy.start_tls.started":
                tunnelling = False
            if phase is not None:
                self._trace.enter(Phase.CONNECT if tunnelling else phase)
            if event == "proxy.start_tls.complete":
                secured = info["return_value"].get_extra_info("ssl_object")
                self._trace.tls_version = trust.version(secured)
                self._trace.certificate_expires_at = trust.earliest_expiry(secured)

        request.extensions["trace"] = note
        return await self._through.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what is still open."""
        await self._through.aclose()
