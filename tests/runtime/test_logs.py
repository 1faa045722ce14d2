"""A log line is one line, whatever stands in it."""

import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.runtime import logs


def record(text: str, *, error: bool = False) -> logging.LogRecord:
    """Return a record with a message."""
    caught = None
    if error:
        try:
            int("first\nsecond")
        except ValueError:
            caught = sys.exc_info()
    return logging.LogRecord("probe.x", logging.WARNING, __file__, 1, "%s", (text,), caught)


@given(st.text())
def test_logfmt_is_one_line(text: str) -> None:
    """A newline or a quote in a message ends nothing."""
    line = logs.Line("logfmt").format(record(text))
    assert len(line.splitlines()) == 1
    assert line.isprintable()


@given(st.text())
def test_json_is_one_object(text: str) -> None:
    """It is read back as it was."""
    line = logs.Line("json").format(record(text))
    assert json.loads(line)["msg"] == text
    assert "\n" not in line


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_a_traceback_is_a_field(form: str) -> None:
    """On the same line."""
    line = logs.Line(form).format(record("it broke", error=True))
    assert "ValueError" in line
    assert "\n" not in line


def test_a_simple_line_reads_as_it_should() -> None:
    """Words without spaces stand bare, others in quotes."""
    line = logs.Line("logfmt").format(record("two words"))
    assert ' level=warning logger=probe.x msg="two words"' in line
