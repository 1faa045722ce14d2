# ruff: noqa: INP001 - a script, not a package
"""How long reading takes: a notice, and a page of 200 KB.

Run it as `python benchmarks/reader.py`. Beside each notice it lets dateutil look for one date in
the same words, which is the least that any reader of dates does.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter

from dateutil import parser

sys.path.insert(0, str(Path(__file__).parents[1]))

from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.page import read_page
from tests.maintenance.reading.contexts import a_context
from tests.maintenance.reading.test_hostile import HUGE
from tests.maintenance.reading.test_page import PAGE, as_html
from tests.notices.test_corpus import ROWS

ROUNDS = 3
PAGE_SIZE = 200_000
ITEM = '<li class="menu-item"><a class="link" href="/providers/{n}/index.html">Part {n}</a></li>'


def best(work: Callable[[], object]) -> float:
    """Return the milliseconds that the quickest of some rounds took."""
    took = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        took.append(perf_counter() - started)
    return min(took) * 1000


def look(text: str) -> None:
    """Let dateutil look for one date."""
    with suppress(ValueError, OverflowError):
        parser.parse(text, fuzzy=True, ignoretz=True)


def main() -> None:
    """Print the median and the slowest notice beside dateutil's, a page, and hostile input."""
    context = a_context(component="spot")
    texts = [row["text"] for row in ROWS]
    ours = [best(lambda text=text: read_notice(text, context)) for text in texts]  # type: ignore[misc]  # the lambda is called at once
    theirs = [best(lambda text=text: look(text)) for text in texts]  # type: ignore[misc]  # the lambda is called at once
    middle, slowest = median(ours), max(ours)
    ratio = sum(ours) / sum(theirs)
    filler = "".join(ITEM.format(n=n) for n in range(9999))
    page = as_html(PAGE).replace("<body>", f"<body><ul>{filler}")
    page = page.replace(filler, filler[: PAGE_SIZE - len(page) + len(filler)])
    whole = best(lambda: read_page(page, context))
    hostile = max(best(lambda text=text: read_notice(text, context)) for text in HUGE.values())  # type: ignore[misc]  # the lambda is called at once
    sys.stdout.write(
        f"{len(ours)} notices: {middle:.2f} ms at the median, the slowest {slowest:.1f} ms, "
        f"{ratio:.1f} of what dateutil takes to look for one date\n"
        f"a page of {len(page)} characters: {whole:.0f} ms\n"
        f"hostile input: {hostile:.0f} ms at most\n"
    )


if __name__ == "__main__":
    main()
