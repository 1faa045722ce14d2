# ruff: noqa: INP001 - a script, not a package
"""Throws mutated bytes at everything that reads untrusted text.

    .venv/bin/pip install --no-deps atheris==3.0.0
    .venv/bin/python fuzz/reading.py TARGET FOUND SECONDS [libFuzzer's flags]

TARGET is a name of `TARGETS`. What the oracles object to is written to the directory FOUND, the
first of each kind with its traceback, and the run goes on; inputs worth mutating further are kept
in FOUND/corpus. An instrumented run is slow: measure what is found `slow` again by itself.
"""

import hashlib
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType

import atheris
from seeds import CALENDARS, RULES, STATUSPAGE, WORDS, configs, mails, notices, pages

with atheris.instrument_imports(include=["probe", "icalendar", "email"]):
    from probe.config import DocumentError, parse
    from probe.feeds.ics import read_ics
    from probe.feeds.mail import pack, read_mails
    from probe.feeds.statuspage import read_statuspage
    from probe.maintenance.reading.context import Context
    from probe.maintenance.reading.notice import read_notice
    from probe.maintenance.reading.page import read_page
    from probe.maintenance.recurrence import Rule
    from probe.types import Bounds, Notice, NoticeState, Plan, Reading

#: In bytes, and in seconds: what is longer is not tried, what takes longer is a finding.
LONGEST, SLOWEST = 4096, 0.5
BOUNDS = Bounds()
CONTEXT = Context(
    day=date(2026, 11, 24),
    day_is_borne=True,
    timezone="America/New_York",
    component="spot",
    words=parse("", "defaults", environment={}).words,
    bounds=BOUNDS,
)


# --- oracles ---------------------------------------------------------------------------------


class FaultError(Exception):
    """What an oracle objects to."""


def hold(fact: object, fault: str) -> None:
    """Raise FaultError where something is not as it must be."""
    if not fact:
        raise FaultError(fault)


def check_plan(plan: Plan) -> None:
    """Hold a window to go forward and to lie within the bounds; a day is left for the zones."""
    start, end = plan.starts_at.astimezone(UTC), plan.ends_at.astimezone(UTC)
    seen = datetime.combine(CONTEXT.day, datetime.min.time(), UTC)
    day = timedelta(days=1)
    hold(start < end, "a window does not go forward")
    hold(end - start <= BOUNDS.longest, "a window is too long")
    hold(start <= seen + BOUNDS.furthest + day, "a window is too far ahead")
    hold(plan.recurrence or end > seen - day, "a window is over")
    if plan.recurrence:
        hold(str(Rule.parse(plan.recurrence)) == plan.recurrence, "a rule is written two ways")


def check_notice(notice: Notice) -> None:
    """Hold what is relied on to stand in the text, and only what is understood to announce."""
    hold(notice.quote in notice.text, "the quote is not in the text")
    hold(notice.state is NoticeState.UNDERSTOOD or not notice.windows, "a window all the same")
    hold(notice.state is not NoticeState.REFUSED or notice.reason, "refused without a reason")
    hold(len(notice.windows) <= BOUNDS.per_page, "too many windows")
    for plan in notice.windows:
        check_plan(plan)


def check_reading(read: Callable[[], Reading], *, dated: bool = True) -> None:
    """Hold every notice of a reading; one that has a date of its own is only repeated."""
    reading = read()
    for notice in reading.notices if dated else ():
        check_notice(notice)
    hold(read() == reading, "read twice, it is not the same")


def notice(data: bytes) -> None:
    """Read a notice, once more, and with doubled blanks."""
    text = _text(data)
    first = read_notice(text, CONTEXT)
    check_notice(first)
    hold(read_notice(text, CONTEXT) == first, "read twice, it is not the same")
    spaced = read_notice(text.replace(" ", "  "), CONTEXT)
    hold(spaced.windows == first.windows, "doubled blanks change the windows")


def page(data: bytes) -> None:
    """Read a page; it may bear a date of its own, so that its windows are held to no day."""
    check_reading(lambda: read_page(_text(data), CONTEXT), dated=False)


def ics(data: bytes) -> None:
    """Read a calendar."""
    check_reading(lambda: read_ics(_text(data), CONTEXT))


def statuspage(data: bytes) -> None:
    """Read a status page."""
    check_reading(lambda: read_statuspage(_text(data), CONTEXT))


def mail(data: bytes) -> None:
    """Read a mailbox of one message, which has a date of its own."""
    check_reading(lambda: read_mails(pack([data]), CONTEXT), dated=False)


def rule(data: bytes) -> None:
    """Read a rule, and write it as it is read; ValueError is an answer."""
    try:
        read = Rule.parse(_text(data))
    except ValueError:
        return
    hold(Rule.parse(str(read)) == read, "a rule is written as another one")
    read.first(CONTEXT.day)


def config(data: bytes) -> None:
    """Read a configuration; DocumentError is an answer."""
    try:
        parse(_text(data), "fuzzed.yml", environment={})
    except DocumentError:
        return


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


# --- running ---------------------------------------------------------------------------------

TARGETS: Mapping[str, tuple[Callable[[bytes], None], Callable[[], Iterable[str]]]] = {
    "notice": (notice, notices),
    "page": (page, pages),
    "ics": (ics, lambda: CALENDARS),
    "statuspage": (statuspage, lambda: (STATUSPAGE,)),
    "mail": (mail, mails),
    "rule": (rule, lambda: RULES),
    "config": (config, configs),
}


def watched(target: Callable[[bytes], None], found: Path) -> Callable[[bytes], None]:
    """Return a target that writes down what is found in it, and goes on."""

    def one(data: bytes) -> None:
        before = time.perf_counter()
        try:
            target(data)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is the finding)
            told = str(error) if isinstance(error, FaultError) else type(error).__name__
            keep(f"{told} {_place(error.__traceback__)}", data)
        took = time.perf_counter() - before
        if took > SLOWEST:
            keep(f"slow: {took:.0f} s", data)

    def keep(kind: str, data: bytes) -> None:
        path = found / f"{hashlib.sha256(kind.encode()).hexdigest()[:8]}.input"
        if not path.exists():
            path.write_bytes(data)
            path.with_suffix(".txt").write_text(f"{kind}\n{traceback.format_exc()}", "utf-8")

    return one


def _place(trace: TracebackType | None) -> str:
    """Return where in our own code an error came from."""
    frames = [f for f in traceback.extract_tb(trace) if "/probe/" in f.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "oracle"


def main() -> None:
    """Fuzz one target for some seconds."""
    name, found, seconds, *flags = sys.argv[1:]
    target, seeds = TARGETS[name]
    corpus = Path(found) / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for text in seeds():
        (corpus / hashlib.sha256(text.encode()).hexdigest()).write_text(text, "utf-8")
    with tempfile.NamedTemporaryFile("w", suffix=".dict", encoding="utf-8") as words:
        escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in WORDS)
        words.write("".join(f'"{word}"\n' for word in escaped))
        words.flush()
        options = [f"-dict={words.name}", f"-max_len={LONGEST}", f"-max_total_time={seconds}"]
        atheris.Setup([sys.argv[0], str(corpus), *options, *flags], watched(target, Path(found)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
