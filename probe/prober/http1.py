"""One HTTP/1 answer, read as leniently as RFC 9112 lets a client read it, and no more so.

Accepted, since the standard allows it and browsers and curl do it: lines that end in a bare LF
(section 2.2), blank lines before the status line, a status line without a reason or with other
blanks (4), a blank between a header's name and its colon (5.1 forbids sending it; a proxy is to
remove it), folded headers (5.2), the same Content-Length several times (6.3), one beside
Transfer-Encoding (6.3), the coding `identity` and `chunked` named twice, blanks behind a chunk's
size (7.1.1), and a chunked body that ends without its trailer (8). Everything else is BadAnswer.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from probe.prober.reasons import BadAnswer, OutOfBounds

#: Returns the bytes that have come, empty when there will be no more; raises what cut them off.
Read = Callable[[], Awaitable[bytes]]

#: Takes a piece of a body; what it raises ends the reading.
Take = Callable[[bytes | bytearray], object]

#: A header's name and value, as they came.
Field = tuple[bytes, bytes]

_STATUS_LINE = re.compile(rb"HTTP/1\.[0-9][ \t\v\f\r]+([1-9][0-9]{2})(?:[ \t\v\f\r].*)?", re.DOTALL)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:([^\0]*)")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_LONGEST_CHUNK_LINE = 4 << 10
#: Bytes around each byte in chunks, beside as many as the headers may have; one-byte chunks have 5.
_MOST_AROUND = 8
_CHUNK_END = re.compile(rb"\r?\n")
_PREFIX = b"HTTP/1."

_SWITCHING, _OK = 101, 200
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A status and the headers beside it."""

    status: int
    fields: Sequence[Field]

    def values(self, name: bytes) -> list[bytes]:
        """Return the values of every header of a lower-case name, in their order."""
        return [value for key, value in self.fields if key.lower() == name]


class Answer:
    """Reads the head of one answer and then its body; `most` bounds all heads, 1xx included."""

    def __init__(self, read: Read, most: int, *, bodiless: bool) -> None:
        self._read = read
        self._most = most
        self._left = most
        self._bodiless = bodiless
        self._buffer = bytearray()
        self._head: Head

    async def final(self, waiting: Callable[[], None] = lambda: None) -> Head:
        """Read past any 1xx; `waiting` is called whenever nothing but a 1xx has come.

        Raises BadAnswer or OutOfBounds, and EOFError when nothing at all has come.
        """
        while (await self._next()).status < _OK:
            if not self._buffer:
                waiting()
        return self._head

    async def _next(self) -> Head:
        end = await self._end_of_head()
        lines = bytes(self._buffer[:end]).replace(b"\r\n", b"\n").split(b"\n")
        del self._buffer[: end + len(self._blank)]
        match = _STATUS_LINE.fullmatch(lines[0])
        if match is None:
            raise BadAnswer(f"no status line: {_shown(lines[0])}")
        self._head = Head(status=int(match[1]), fields=_fields(lines[1:]))
        if self._head.status == _SWITCHING:
            raise BadAnswer("switched to another protocol")
        return self._head

    async def _end_of_head(self) -> int:
        """Read up to the blank line behind a head; return where it begins."""
        buffer, seen = self._buffer, 0
        while True:
            blanks = len(buffer) - len(buffer.lstrip(b"\r\n"))
            del buffer[:blanks]
            self._left -= blanks
            if not buffer.startswith(_PREFIX[: len(buffer)]):
                raise BadAnswer(f"no HTTP/1 answer: {_shown(bytes(buffer[:64]))}")
            blank = _BLANK_LINE.search(buffer, max(seen - 2, 0))
            end = blank.end() if blank else len(buffer)
            if end > self._left:
                raise OutOfBounds(f"headers of more than {self._most} bytes")
            if blank is not None:
                self._blank = blank[0]
                self._left -= end
                return blank.start()
            seen = len(buffer)
            if not await self._more():
                raise (
                    BadAnswer("closed within the headers")
                    if seen
                    else EOFError("closed without an answer")
                )

    async def _more(self) -> bool:
        received = await self._read()
        self._buffer += received
        return bool(received)

    async def body(self, take: Take) -> None:
        """Give out the body as it comes, without its framing; raises BadAnswer or OutOfBounds."""
        head = self._head
        if self._bodiless or head.status in _BODILESS:
            return
        if _chunked(head):
            await self._chunks(take)
        elif (length := _length(head)) is not None:
            await self._sized(length, take)
        else:
            await self._rest(take)

    async def _sized(self, length: int, take: Take) -> None:
        left = length
        while left:
            if not self._buffer and not await self._more():
                raise BadAnswer(f"closed after {length - left} of {length} bytes")
            piece = bytes(self._buffer[:left])
            self._buffer.clear()
            left -= len(piece)
            take(piece)

    async def _rest(self, take: Take) -> None:
        while self._buffer or await self._more():
            piece = bytes(self._buffer)
            self._buffer.clear()
            take(piece)

    async def _chunks(self, take: Take) -> None:
        """Give out what the chunks hold, once for all that came together."""
        left, behind = 0, False  # of the current chunk; whether its line's end is due
        framing = self._most
        while True:
            at, pieces = 0, bytearray()
            buffer, whole = bytes(self._buffer), False
            while at < len(buffer):
                if left:
                    piece = buffer[at : at + left]
                    pieces += piece
                    at += len(piece)
                    left -= len(piece)
                    behind = not left
                    continue
                size = _chunk_size(buffer, at, behind=behind)
                if size is None:
                    break
                left, at = size
                behind, whole = False, not left
                if whole:
                    break
            del self._buffer[:at]
            framing += (1 + _MOST_AROUND) * len(pieces) - at
            if framing < 0:
                raise OutOfBounds("more around its chunks than in them")
            if pieces:
                take(pieces)
            if whole:
                return
            if not await self._more():
                raise BadAnswer("closed before the last chunk")


def _chunk_size(buffer: bytes, at: int, *, behind: bool) -> tuple[int, int] | None:
    """Return a chunk's size and where it begins; None while its line is not whole."""
    if behind:
        end = _CHUNK_END.match(buffer, at)
        if end is None:
            if buffer[at:] == b"\r":
                return None
            raise BadAnswer("a chunk that is longer than its size")
        at = end.end()
    line = _CHUNK_LINE.match(buffer, at)
    if line is not None:
        return int(line[1], 16), line.end()
    if b"\n" in buffer[at:] or len(buffer) - at > _LONGEST_CHUNK_LINE:
        raise BadAnswer(f"no chunk's size: {_shown(buffer[at : at + 64])}")
    return None


def _fields(lines: Sequence[bytes]) -> list[Field]:
    fields: list[Field] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):  # folded; before the first header it is to be passed over
            if fields:
                name, value = fields[-1]
                fields[-1] = name, (value + b" " + line.strip(b" \t\r")).strip(b" ")
            continue
        field = _FIELD.fullmatch(line)
        if field is None:
            raise BadAnswer(f"no header: {_shown(line)}")
        fields.append((field[1], field[2].strip(b" \t\r").replace(b"\r", b" ")))
    return fields


def _chunked(head: Head) -> bool:
    """Whether the body comes in chunks; a coding that nobody asked for is a BadAnswer."""
    values = head.values(b"transfer-encoding")
    if not values:
        return False
    named = b",".join(values).lower().split(b",")
    codings = {coding.strip(b" \t") for coding in named} - {b"", b"identity"}
    if codings - {b"chunked"}:
        raise BadAnswer(f"a transfer coding that was not asked for: {_shown(b','.join(named))}")
    return bool(codings)


def _length(head: Head) -> int | None:
    values = head.values(b"content-length")
    if not values:
        return None
    lengths = {value.strip(b" \t") for value in b",".join(values).split(b",")}
    if len(lengths) != 1 or not (length := lengths.pop()).isdigit():
        raise BadAnswer(f"no Content-Length: {_shown(b', '.join(values))}")
    if len(length) > len(str(1 << 63)):
        raise OutOfBounds("a body of more bytes than can be counted")
    return int(length)


def _shown(received: bytes) -> str:
    return repr(received[:64])[1:]
