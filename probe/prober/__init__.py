"""Is the endpoint up? Sockets, TLS and HTTP; the only package that imports httpx."""
