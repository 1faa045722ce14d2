"""The tables of phrases: text files of which a line is a phrase."""

import re
from importlib.resources import files

_HEAD = re.compile(r"\[([\w.-]+)\](?: |$)")
_MORE = "  "


def table(name: str) -> dict[str, list[str]]:
    """Return the phrases below each head of a file beside this one, both in their order.

    A head is `[name]`, with what it means behind it; an indented line goes on with the one above,
    and one that begins with "# " is a comment.
    """
    rows: dict[str, list[str]] = {}
    row: list[str] = []
    for line in (
        files("probe.maintenance.reading").joinpath(name).read_text(encoding="utf-8").splitlines()
    ):
        head = _HEAD.match(line)
        if head is not None:
            row = rows.setdefault(head[1], [])
        elif line.startswith(_MORE):
            row[-1] += line.removeprefix(_MORE)
        elif line and not line.startswith("# "):
            row.append(line)
    return rows
