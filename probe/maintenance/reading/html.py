"""HTML to the lines that a browser would show."""

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MARKUP = re.compile(
    r"<(?:!--|!doctype|/?[a-z][a-z0-9]{0,15}[\s/>])|&(?:[a-z]{2,8}|#\d{2,5});", re.IGNORECASE
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "iframe",
        "object",
        "svg",
        "title",
        "textarea",
        "s",
        "strike",
        "del",
    ]
)
_CELLS = frozenset(("td", "th"))
#: A style by which a browser shows nothing of an element, or strikes it out.
_HIDDEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|opacity\s*:\s*(?:0*\.?0+|0*\.0\d*)%?\s*(?:!|;|$)"
    r"|font-size\s*:\s*(?:(?:0*\.?0+|0*\.0\d*)(?:px|pt|em|rem|%|ex|vw|vh)?|0*\.\d+p[xt])"
    r"\s*(?:!|;|$)"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through"
    r"|content-visibility\s*:\s*hidden|color\s*:\s*transparent"
    r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,})",
    re.IGNORECASE,
)
#: The same said by the names that frameworks give to such styles.
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|d-none|invisible|line-through|text-decoration-line-through|strikethrough"
    r"|opacity-0|visually-hidden|sr-only)(?:\s|$)",
    re.IGNORECASE,
)
_INSTANT = r"(\d{4}-\d\d-\d\dT[\d:.]{5,12}(?:Z|[+-]\d\d:?\d\d))"
#: A comment that a program writes for programs, as Upptime does: when maintenance starts and ends.
MACHINE = re.compile(
    rf"<!--\s*(start:?\s*{_INSTANT}\s+end:?\s*{_INSTANT}[^<>]{{0,500}}?)\s*-->", re.IGNORECASE
)


#: A parser's work grows with the square of the depth: nothing that people wrote is deeper.
_DEEPEST = 2000
_TAG = re.compile(r"<(/?)([a-zA-Z])[^<>]{0,2000}>")


def is_html(text: str) -> bool:
    """Whether it is marked up, or written with entities."""
    return _MARKUP.search(text) is not None


def _is_too_deep(text: str) -> bool:
    depth = 0
    for tag in _TAG.finditer(text):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEPEST:
            return True
    return False


def _is_hidden(node: LexborNode) -> bool:
    if node.tag in _UNSEEN:
        return True
    attributes = node.attributes
    if "hidden" in attributes:
        return True
    style, names = attributes.get("style"), attributes.get("class")
    if style is not None and _HIDDEN_STYLE.search(style) is not None:
        return True
    return names is not None and _HIDDEN_CLASS.search(names) is not None


class _Lines:
    """Collects text; a table's row is one line, a list's item begins with a bullet."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open: list[str] = []
        self._cells = 0

    def enter(self, tag: str) -> None:
        if tag in _CELLS:
            self._cells += 1
            if "".join(self._open).strip():
                self._open.append(" | ")
        elif tag in _BLOCKS:
            self.end()
            if tag == "li" and not self._cells:
                self._open.append("\u2022 ")

    def leave(self, tag: str) -> None:
        if tag in _CELLS:
            self._cells -= 1
        elif tag in _BLOCKS:
            self.end()

    def write(self, text: str) -> None:
        self._open.append(text)

    def end(self) -> None:
        if self._cells:
            self._open.append(" ")
            return
        line = " ".join("".join(self._open).split())
        if line and line != "\u2022":
            self.lines.append(line)
        self._open = []


def lines_of(text: str) -> list[str]:
    """Return the visible lines of HTML: no comments, scripts or hidden elements."""
    machine = [" ".join(found[1].split()) for found in MACHINE.finditer(text)]
    if "<" not in text:
        return html.unescape(text).split("\n")
    if _is_too_deep(text):
        return html.unescape(_TAG.sub("\n", text)).split("\n")
    root = LexborHTMLParser(text).root
    collected = _Lines()
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag or ""
        down: LexborNode | None = None
        if tag == "-text":
            collected.write(node.text_content or "")
        elif not tag.startswith("-") and not tag.startswith("!") and not _is_hidden(node):
            collected.enter(tag)
            down = node.child
            if down is None:
                collected.leave(tag)
        while down is None and node is not None:
            down = node.next
            if down is None:
                node = node.parent
                if node is None or node.tag == "-document":
                    break
                collected.leave(node.tag or "")
        node = down
    collected.end()
    return machine + collected.lines
