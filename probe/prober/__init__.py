"""Is the endpoint up? Sockets, TLS and HTTP; the only package that imports httpx."""

import sys

# httpx brings a command line of its own where it finds rich and click, and with it a quarter of the
# time that our program takes to start; None makes its import fail, as where they are missing.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
