"""An answer's body: read, decompressed and decoded, never beyond its bound."""

import codecs
import re
import zlib
from collections.abc import Mapping

from probe.prober.http1 import Answer
from probe.prober.reasons import OutOfBounds

#: zlib's window parameter per content coding, in the order in which they are tried.
_WINDOWS = {
    "gzip": (31,),
    "x-gzip": (31,),
    "deflate": (15, -15),  # the second is what some servers send instead (RFC 9110, 8.4.1.2)
}
_MOST_CODINGS = 4
_MOST_MEMBERS = 1000
_GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 64 << 10

#: The codecs of web pages by Python's names, each with the one by which browsers read it (the
#: Encoding Standard of WHATWG); a page that says ISO 8859-1 is written in Windows-1252.
_CODECS = {
    **dict.fromkeys(("ascii", "iso8859-1", "cp1252"), "cp1252"),
    **dict.fromkeys(("iso8859-9", "cp1254"), "cp1254"),
    **dict.fromkeys(("iso8859-11", "tis-620", "cp874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "cp932"), "cp932"),
    **dict.fromkeys(("euc_kr", "cp949"), "cp949"),
    **dict.fromkeys(("utf-16", "utf-16-le"), "utf-16-le"),
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"cp{page}": f"cp{page}" for page in (866, 1250, 1251, 1253, 1255, 1256, 1257, 1258)},
    **{
        name: name
        for name in (
            *("utf-8", "utf-16-be", "koi8-r", "koi8-u", "euc_jp", "iso2022_jp"),
            *("mac-roman", "mac-cyrillic"),
        )
    },
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MOST_LABEL = 40

#: Where a page's own word about its charset is sought (the HTML Standard's prescan).
_PRESCAN = 1024
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta[\s/]([^>]*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"""([^\s"'=<>/]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_IN_CONTENT = re.compile(rb"""charset\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)
_MARKUP_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_BEGINS_LIKE_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?[\s\x0c]*<(?:!doctype\s+html|!--|html|head|title|meta|body|script)",
    re.IGNORECASE,
)


async def read(answer: Answer, codings: str, most: int) -> bytes:
    """Return the whole decompressed body; raises OutOfBounds over `most` bytes on either side."""
    received = bytearray()

    def take(piece: bytes | bytearray) -> None:
        received.extend(piece)
        if len(received) > most:
            raise OutOfBounds(f"a body of more than {most} bytes")

    await answer.body(take)
    return decompressed(bytes(received), codings, most)


def decompressed(body: bytes, codings: str, most: int) -> bytes:
    """Undo the content codings that were asked for; any other leaves the body as it is.

    Raises zlib.error when it is broken or cut short, OutOfBounds over `most` bytes. What lies
    behind the compressed body, such as padding, is passed over, as gzip and browsers do.
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
    plain, at = bytearray(), 0
    for _ in range(_MOST_MEMBERS):
        try:
            at = _member(body, at, window, plain, most)
        except zlib.error:
            if others and not at:
                return _inflated(body, tuple(others), most)
            raise
        if not body.startswith(_GZIP_MAGIC, at):
            return bytes(plain)
    raise OutOfBounds(f"a body in more than {_MOST_MEMBERS} parts")


def _member(body: bytes, at: int, window: int, plain: bytearray, most: int) -> int:
    """Add what one compressed part holds; return where it ends."""
    inflater = zlib.decompressobj(window)
    while not inflater.eof:
        piece = inflater.unconsumed_tail or body[at : at + _PIECE]
        if not piece:
            raise zlib.error("the compressed body is cut short")
        at += 0 if inflater.unconsumed_tail else len(piece)
        plain += inflater.decompress(piece, most + 1 - len(plain))
        if len(plain) > most:
            raise OutOfBounds(f"a body of more than {most} bytes when decompressed")
    return at - len(inflater.unused_data)


def is_html(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether a browser would show it as a page: by its type, and by its beginning without one."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in _MARKUP_TYPES if kind else _BEGINS_LIKE_HTML.match(body) is not None


def text(body: bytes, headers: Mapping[str, str]) -> str:
    """Decode as browsers do; what cannot be read is replaced.

    A byte order mark counts first, then the charset that the answer names, then the one that the
    page itself names, then UTF-8 if it is that, and else Windows-1252.
    """
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, errors="replace")
    charset = _named(headers.get("content-type", "")) or _written_in(body)
    if charset:
        return body.decode(charset, errors="replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _named(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and (charset := _codec(value.strip().strip("'\""))):
            return charset
    return ""


def _written_in(body: bytes) -> str:
    """Return the codec that a page's beginning names, empty for none."""
    for meta in _META.finditer(_COMMENT.sub(b"", body[:_PRESCAN])):
        said = {
            found[1].lower(): found[2] or found[3] or found[4] or b""
            for found in reversed(list(_ATTRIBUTE.finditer(meta[1])))
        }
        label = said.get(b"charset", b"")
        if not label and said.get(b"http-equiv", b"").lower() == b"content-type":
            inner = _IN_CONTENT.search(said.get(b"content", b""))
            label = inner[1] if inner else b""
        if charset := _codec(label.decode("latin-1").strip()):
            # What reads as ASCII so far is not written in UTF-16.
            return "utf-8" if charset.startswith("utf-16") else charset
    return ""


def _codec(label: str) -> str:
    if not label.isascii() or len(label) > _MOST_LABEL:
        return ""
    try:
        return _CODECS.get(codecs.lookup(label.lower().removeprefix("x-")).name, "")
    except (LookupError, ValueError):
        return ""
