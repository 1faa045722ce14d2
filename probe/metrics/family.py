"""A family of the registry, declared as an attribute of the class whose instances have it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar, overload

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

M = TypeVar("M", Gauge, Counter, Histogram)


@dataclass(frozen=True, slots=True)
class Family(Generic[M]):
    """The labels of a family, and what makes its instrument in a registry.

    Of the class it is this declaration, of an instance the instrument that `register` made.
    """

    labels: tuple[str, ...]
    make: Callable[[CollectorRegistry], M]

    @overload
    def __get__(self, holder: None, owner: type) -> Self: ...
    @overload
    def __get__(self, holder: object, owner: type) -> M: ...
    def __get__(self, holder: object, owner: type) -> Self | M:
        """Return the declaration: an instance has an attribute of its own, which comes first."""
        return self


def gauge(name: str, text: str, *labels: str) -> Family[Gauge]:
    """Declare a gauge."""
    return Family(labels, lambda registry: Gauge(name, text, labels, registry=registry))


def counter(name: str, text: str, *labels: str) -> Family[Counter]:
    """Declare a counter; its samples are called `NAME_total`."""
    return Family(labels, lambda registry: Counter(name, text, labels, registry=registry))


def histogram(name: str, text: str, *labels: str, buckets: Sequence[float]) -> Family[Histogram]:
    """Declare a histogram; its buckets are in seconds."""
    return Family(
        labels,
        lambda registry: Histogram(name, text, labels, buckets=buckets, registry=registry),
    )


def families(owner: type) -> Mapping[str, Family[Gauge] | Family[Counter] | Family[Histogram]]:
    """Return the families that a class declares, by attribute."""
    return {name: one for name, one in vars(owner).items() if isinstance(one, Family)}


def register(holder: object, registry: CollectorRegistry) -> None:
    """Give an instance the instruments that its class declares."""
    for attribute, family in families(type(holder)).items():
        setattr(holder, attribute, family.make(registry))


def forget(holder: object, label: str, value: str) -> None:
    """Remove every series of an instance's instruments in which a label has a value."""
    for attribute, family in families(type(holder)).items():
        if label in family.labels:
            getattr(holder, attribute).remove_by_labels({label: value})
