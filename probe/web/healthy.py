"""Asks a probe on this machine whether it is healthy: `python -m probe.web.healthy [HOST:PORT]`.

For a container's health check. It needs no password, finds out by itself whether the server speaks
TLS, and takes any certificate: whose it is was never the question. Exit status 0, or 1 with a line.
"""

import http.client
import ssl
import sys

USUAL = "127.0.0.1:7768"
PATIENCE_SECONDS = 2
#: What OpenSSL finds where no TLS is spoken.
NO_TLS = "WRONG_VERSION_NUMBER"


def main() -> int:
    """Ask, and return the exit status."""
    address = sys.argv[1] if len(sys.argv) > 1 else USUAL
    wrong = unhealthy(address)
    if wrong:
        sys.stderr.write(f"{address}: {wrong}\n")
    return int(wrong is not None)


def unhealthy(address: str) -> str | None:
    """Return what is wrong with the probe that listens on `host:port`, None if nothing is."""
    try:
        status = _status(address)
    except (OSError, http.client.HTTPException) as error:
        return " ".join(str(error).split()) or type(error).__name__
    return None if status in {None, http.client.OK} else f"status {status}"


def _status(address: str) -> int | None:
    """Return the status, None of a server that answers only clients with a certificate."""
    try:
        return _ask(
            http.client.HTTPSConnection(address, timeout=PATIENCE_SECONDS, context=_trusting())
        )
    except ssl.SSLError as error:
        if error.reason != NO_TLS:
            return None
    except http.client.RemoteDisconnected:
        return None  # it shook hands, and then saw that we have none
    return _ask(http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS))


def _ask(connection: http.client.HTTPConnection) -> int:
    try:
        connection.request("GET", "/-/healthy")
        return connection.getresponse().status
    finally:
        connection.close()


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


if __name__ == "__main__":
    sys.exit(main())
