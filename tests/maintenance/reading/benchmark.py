"""Prints how long reading takes: `python -m tests.maintenance.reading.benchmark`."""

import sys
from time import perf_counter

from probe.maintenance.reading import read_notice, read_page
from tests.maintenance.reading.contexts import a_context
from tests.maintenance.reading.test_notices import ROWS
from tests.maintenance.reading.test_page import PAGE, as_html

ROUNDS = 10
PAGE_SIZE = 200_000


def main() -> None:
    """Print the mean of a notice and the best of a page of 200 KB, in milliseconds."""
    context = a_context(component="spot")
    started = perf_counter()
    for row in ROWS:
        read_notice(row.text, context)
    notice = (perf_counter() - started) / len(ROWS)
    item = (
        '<li class="menu-item"><a class="link" href="/providers/{n}/index.html">Part {n}</a></li>'
    )
    filler = "".join(item.format(n=n) for n in range(9999))
    page = as_html(PAGE).replace("<body>", f"<body><ul>{filler}")
    page = page.replace(filler, filler[: PAGE_SIZE - len(page) + len(filler)])
    best = float("inf")
    for _ in range(ROUNDS):
        started = perf_counter()
        read_page(page, context)
        best = min(best, perf_counter() - started)
    sys.stdout.write(
        f"a notice {notice * 1000:.2f} ms, a page of {len(page)} {best * 1000:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
