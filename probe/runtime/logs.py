"""Log lines as logfmt or JSON, one a record, on standard error; and what is said in them."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from probe.runtime.jsonable import seen
from probe.types import Observation


def _as_it_is(text: str) -> str:
    return text


class Line(logging.Formatter):
    """One record as one line; whatever stands in it cannot begin another."""

    def __init__(self, form: str, redact: Callable[[str], str] = _as_it_is) -> None:
        super().__init__()
        self._form = form
        self._redact = redact

    def hide(self, redact: Callable[[str], str]) -> None:
        """Let `redact` take out of every line from now on what must not be shown."""
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {
            "ts": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "msg": self._redact(record.getMessage()),
        }
        if record.exc_info:
            fields["error"] = self._redact(self.formatException(record.exc_info))
        if self._form == "json":
            return seen(json.dumps(fields, ensure_ascii=False))
        return " ".join(f"{key}={_quoted(value)}" for key, value in fields.items())


def _quoted(text: str) -> str:
    bare = text and all(c.isprintable() and c not in ' "=\\' for c in text)
    return text if bare else json.dumps(text, ensure_ascii=True)


def start(level: str, form: str) -> Line:
    """Send every record of at least a level to standard error; return what forms its lines."""
    out, line = logging.StreamHandler(), Line(form)
    out.setFormatter(line)
    logging.basicConfig(level=level.upper(), handlers=[out], force=True)
    return line


def describe(observation: Observation) -> str:
    """Return an observation in words, for the log."""
    result = observation.result
    words = [str(observation.verdict)]
    if observation.because:
        words.append(f"because {observation.because}")
    if observation.cause:
        words.append(f"cause {observation.cause}")
    if result.reason:
        words.append(f"{result.reason}: {result.detail}")
    if observation.window:
        window = observation.window
        words.append(f"published by {window.source} until {window.ends_at.isoformat()}")
    return ", ".join(words)
