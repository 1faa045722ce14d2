"""Families of which every target has the same series, and the place of each in a list of values.

prometheus_client keeps an object with a lock for each of a target's hundred series: 100 KiB a
target, and a second to write a thousand of them. Here a target's values are one list, and what
stands before and after its name in the text is made once.
"""

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.core import Metric
from prometheus_client.utils import floatToGoString

TARGET = "target"
#: Stands for a target's name in what is written for many; no name has it.
_NAME = "\0"


@dataclass(slots=True)
class Values:
    """A target's values by their place; None where nothing is known, which shows no series.

    `words` are the labels of those series that say something in them and are always 1.
    """

    figures: list[float | None]
    words: list[tuple[str, ...] | None]

    def copy(self) -> "Values":
        """Return values that can be changed while others still read these."""
        return Values(self.figures.copy(), self.words.copy())


@dataclass(frozen=True, slots=True)
class Line:
    """One series: the place of its value, and its text around the target's name."""

    place: int
    name: str
    labels: Mapping[str, str]
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family; `places` are by the values of its labels, in the order of their declaration.

    One that says something in its labels has `saying`, their names, and no lines. The first lines
    of it are `alike`: many targets have the same values there, so they are written once for all.
    """

    name: str
    text: str
    kind: str
    places: Mapping[tuple[str, ...], int]
    lines: tuple[Line, ...] = ()
    alike: int = 0
    bounds: tuple[float, ...] = ()
    saying: tuple[str, ...] = ()

    @property
    def place(self) -> int:
        """The place of the one series of a family without further labels."""
        return self.places[()]

    def head(self, *, openmetrics: bool) -> str:
        """Return its help and its type in one of the two formats."""
        text = self.text.replace("\\", r"\\").replace("\n", r"\n")
        if openmetrics:
            text = text.replace('"', r"\"")
        total = self.kind == "counter" and not openmetrics
        name = f"{self.name}_total" if total else self.name
        return f"# HELP {name} {text}\n# TYPE {name} {self.kind}\n"

    def said(self, target: str, values: Values) -> Mapping[str, str] | None:
        """Return the labels of a target's one series; None where it says nothing."""
        words = values.words[self.place] if self.saying else None
        if words is None:
            return None
        return dict(sorted([(TARGET, target), *zip(self.saying, words, strict=True)]))

    def told(self, targets: Mapping[str, Values]) -> Iterator[str]:
        """Yield the lines of a family that says something in its labels."""
        for target, values in targets.items():
            if labels := self.said(target, values):
                text = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
                yield f"{self.name}{{{text}}} 1.0\n"

    def observe(self, values: Values, value: float) -> None:
        """Add a value to a histogram, whose buckets hold all that is below their bound."""
        figures = values.figures
        first, last = self.places["bucket",], self.places["sum",]
        for place in range(first + bisect_left(self.bounds, value), last):
            figures[place] = (figures[place] or 0.0) + 1
        figures[last] = (figures[last] or 0.0) + value


class Layout:
    """The families in the order in which they are shown; declared first, used afterwards."""

    def __init__(self) -> None:
        self.families: list[Family] = []
        self._first: list[float | None] = []
        self._sayings = 0

    def gauge(
        self, name: str, text: str, *, first: float | None = None, **labels: Iterable[str]
    ) -> Family:
        """Declare a gauge; without a `first` value it appears when one is set."""
        return self._closed(name, text, "gauge", "", first, labels)

    def counter(self, name: str, text: str, **labels: Iterable[str]) -> Family:
        """Declare a counter, at 0 from the start; its samples are called `NAME_total`."""
        return self._closed(name, text, "counter", "_total", 0.0, labels)

    def histogram(self, name: str, text: str, bounds: Sequence[float]) -> Family:
        """Declare a histogram with these upper bounds, in seconds."""
        first = self._take(0.0, len(bounds) + 2)
        les = [*map(_number, bounds), "+Inf"]
        count, total = first + len(bounds), first + len(bounds) + 1
        lines = [_line(first + n, f"{name}_bucket", {"le": le}) for n, le in enumerate(les)]
        lines += [_line(count, f"{name}_count", {}), _line(total, f"{name}_sum", {})]
        family = Family(
            name=name,
            text=text,
            kind="histogram",
            lines=tuple(lines),
            alike=len(lines) - 1,  # all but the sum
            places={("bucket",): first, ("sum",): total},
            bounds=tuple(bounds),
        )
        self.families.append(family)
        return family

    def info(self, name: str, text: str, *labels: str) -> Family:
        """Declare a gauge that is always 1 and says something in its labels, once it is known."""
        places: Mapping[tuple[str, ...], int] = {(): self._sayings}
        self._sayings += 1
        family = Family(name=name, text=text, kind="gauge", places=places, saying=labels)
        self.families.append(family)
        return family

    def blank(self) -> Values:
        """Return the values of a target of which nothing is known yet."""
        return Values(self._first.copy(), [None] * self._sayings)

    def collect(self, targets: Mapping[str, Values]) -> Iterator[Metric]:
        """Yield the families as prometheus_client has them."""
        for family in self.families:
            metric = Metric(family.name, family.text, family.kind)
            for name, values in targets.items():
                for line in family.lines:
                    value = values.figures[line.place]
                    if value is not None:
                        metric.add_sample(line.name, {TARGET: name, **line.labels}, value)
                if labels := family.said(name, values):
                    metric.add_sample(family.name, dict(labels), 1.0)
            yield metric

    def text(self, targets: Mapping[str, Values], *, openmetrics: bool) -> str:
        """Return the families as prometheus_client would write them."""
        shown = [(_escaped(name), values) for name, values in targets.items()]
        figures: dict[float, str] = {}  # as they are written
        parts: list[str] = []
        for family in self.families:
            parts.append(family.head(openmetrics=openmetrics))
            if family.saying:
                parts += family.told(targets)
            alike = family.lines[: family.alike]
            places = slice(alike[0].place, alike[-1].place + 1) if alike else slice(0)
            others = [(one.place, one.before, one.after) for one in family.lines[family.alike :]]
            written: dict[tuple[float | None, ...], str] = {}
            for name, values in shown:
                known = values.figures
                if alike:
                    here = tuple(known[places])
                    if here not in written:
                        written[here] = "".join(
                            f"{line.before}{_NAME}{line.after}{_number(known[line.place] or 0.0)}\n"
                            for line in alike
                        )
                    parts.append(written[here].replace(_NAME, name))
                for place, before, after in others:
                    value = known[place]
                    if value is not None:
                        figure = figures.get(value) or figures.setdefault(value, _number(value))
                        parts.append(f"{before}{name}{after}{figure}\n")
        return "".join(parts)

    def _take(self, first: float | None, many: int) -> int:
        self._first += [first] * many
        return len(self._first) - many

    def _closed(  # noqa: PLR0913, PLR0917  (what a family is made of)
        self,
        name: str,
        text: str,
        kind: str,
        suffix: str,
        first: float | None,
        labels: Mapping[str, Iterable[str]],
    ) -> Family:
        keys = [tuple(map(str, key)) for key in itertools.product(*labels.values())]
        place = self._take(first, len(keys))
        family = Family(
            name=name,
            text=text,
            kind=kind,
            lines=tuple(
                _line(place + n, name + suffix, dict(zip(labels, key, strict=True)))
                for n, key in enumerate(keys)
            ),
            alike=0 if first is None else len(keys),
            places={key: place + n for n, key in enumerate(keys)},
        )
        self.families.append(family)
        return family


def _line(place: int, name: str, labels: Mapping[str, str]) -> Line:
    """Return a series, its labels in the order of their names as prometheus_client has them."""
    written = {key: f'{key}="{_escaped(value)}"' for key, value in sorted(labels.items())}
    ahead = "".join(f"{text}," for key, text in written.items() if key < TARGET)
    behind = "".join(f",{text}" for key, text in written.items() if key > TARGET)
    return Line(place, name, labels, f'{name}{{{ahead}{TARGET}="', f'"{behind}}} ')


def _number(value: float) -> str:
    """Write a number as Prometheus's programs in Go do."""
    written: str = floatToGoString(value)  # type: ignore[no-untyped-call]
    return written


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
