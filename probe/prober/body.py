"""An answer's body: read, decompressed and decoded, never beyond its bound."""

import zlib
from collections.abc import Mapping

import httpx

from probe.prober.reasons import OutOfBounds

#: zlib's window parameter per content coding, in the order in which they are tried.
_WINDOWS = {
    "gzip": (31,),
    "x-gzip": (31,),
    "deflate": (15, -15),  # the second is what some servers send instead (RFC 9110, 8.4.1.2)
}
_MOST_CODINGS = 4

#: Python's own codecs for text that no page is written in; some of them take quadratic time.
_NO_CHARSET = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


async def read(response: httpx.Response, most: int) -> bytes:
    """Return the whole decompressed body; raises OutOfBounds over `most` bytes on either side."""
    received = bytearray()
    async for chunk in response.aiter_raw():
        received += chunk
        if len(received) > most:
            raise OutOfBounds(f"a body of more than {most} bytes")
    return decompressed(bytes(received), response.headers.get("content-encoding", ""), most)


def decompressed(body: bytes, codings: str, most: int) -> bytes:
    """Undo the content codings that were asked for; any other leaves the body as it is.

    Raises zlib.error when it is broken or cut short, OutOfBounds over `most` bytes.
    """
    names = [name for part in codings.lower().split(",") if (name := part.strip())]
    if len(names) > _MOST_CODINGS:
        raise OutOfBounds(f"{len(names)} content codings")
    for name in reversed(names):
        if name not in _WINDOWS or not body:
            break
        body = _inflated(body, _WINDOWS[name], most)
    return body


def _inflated(body: bytes, windows: tuple[int, ...], most: int) -> bytes:
    window, *others = windows
    inflater = zlib.decompressobj(window)
    try:
        plain = inflater.decompress(body, most + 1)
    except zlib.error:
        if others:
            return _inflated(body, tuple(others), most)
        raise
    if len(plain) > most:
        raise OutOfBounds(f"a body of more than {most} bytes when decompressed")
    if not inflater.eof:
        raise zlib.error("the compressed body is cut short")
    return plain


def text(body: bytes, headers: Mapping[str, str]) -> str:
    """Decode by the charset that the answer names, else UTF-8; what cannot be read is replaced."""
    charset = _charset(headers.get("content-type", ""))
    try:
        return body.decode(charset, errors="replace")
    except (LookupError, ValueError):
        return body.decode(errors="replace")


def _charset(content_type: str) -> str:
    for parameter in content_type.lower().split(";")[1:]:
        name, _, value = parameter.partition("=")
        charset = value.strip().strip("'\"").replace("-", "_")
        if name.strip() == "charset" and charset not in _NO_CHARSET:
            return charset or "utf_8"
    return "utf_8"
