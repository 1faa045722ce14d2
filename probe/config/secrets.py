"""What must not be shown, and the one way to take it out of a text."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from probe.config.document import Document, Fills
from probe.config.exposure import HIDDEN, Exposure, Where, exposed, step

#: A shorter secret cannot be told from any other word of a text, and is not looked for in one.
SHORTEST = 4
#: A part of a secret, which is a whole one or a word like any other: looked for from this length.
SHORTEST_PART = 8
#: Texts from elsewhere are cut; one that is this long may end amid a secret.
MAY_BE_CUT = 100
#: Headers that are sent to everybody, wherever a redirect leads.
HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})


@dataclass(frozen=True, slots=True)
class Secrets:
    """Texts that must not be shown, with what stands in their place."""

    instead: Mapping[str, str] = field(default_factory=dict, repr=False)
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        longest_first = sorted(self.instead, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        object.__setattr__(self, "_pattern", pattern)

    def redact(self, text: str) -> str:
        """Return a text without any of the secrets, nor the beginning of one where it was cut."""
        return self._uncut(self._pattern.sub(lambda found: self.instead[found[0]], text))

    def _uncut(self, text: str) -> str:
        bare = text.rstrip(".… ")
        if len(text) < MAY_BE_CUT and bare == text:
            return text
        for secret, instead in self.instead.items():
            longest = min(len(secret) - 1, len(bare)) if instead == HIDDEN else 0
            for length in range(longest, SHORTEST - 1, -1):
                if bare.endswith(secret[:length]):
                    return f"{bare[:-length]}{HIDDEN}{text[len(bare) :]}"
        return text

    def __or__(self, other: "Secrets") -> "Secrets":
        """Return these and others."""
        return Secrets({**self.instead, **other.instead})


def secrets(given: Document, values: Any, fills: Fills) -> Secrets:
    """Return the secrets of a file: what filled its placeholders, and what its keys keep secret.

    `values` are its values with every placeholder filled. What stands in a public place, a name or
    a word by which notices know a component, is no secret elsewhere.
    """
    leaves = list(_leaves(values, given.shape))
    hidden: dict[str, str] = {}
    for where, text, exposure in leaves:
        for placeholder, fill in fills.get(where, ()) if exposure is not Exposure.PUBLIC else ():
            hidden |= dict.fromkeys(_forms(fill), placeholder)
        written = given.written(where)
        whole = exposure.shown(written if isinstance(written, str) else text)
        for part, shown in _kept(text, whole, exposure, where):
            hidden |= {form: hidden.get(form, shown) for form in _forms(part)}
    for user, password in _pairs(values):
        hidden[basic(user, password)] = HIDDEN
        hidden[base64.b64encode(f"\0{user}\0{password}".encode()).decode()] = HIDDEN  # AUTH PLAIN
    public = {text for _, text, exposure in leaves if exposure is Exposure.PUBLIC}
    return Secrets({text: shown for text, shown in hidden.items() if text not in public})


def basic(user: str, password: str) -> str:
    """Return a user and a password as the header Authorization has them (RFC 7617)."""
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def filled(fills: Fills) -> Secrets:
    """Return all that filled a placeholder: none of it belongs into a message about a bad file."""
    return Secrets(
        {form: name for pairs in fills.values() for name, fill in pairs for form in _forms(fill)}
    )


def _leaves(values: Any, shape: Any, where: Where = ()) -> Iterator[tuple[Where, str, Exposure]]:
    """Yield the place of each text, the text, and how much of it may be shown."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from _leaves(value, step(shape, str(key), values), (*where, str(key)))
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from _leaves(value, step(shape, index, values), (*where, index))
    elif values is not None and not isinstance(values, bool | float):
        yield where, str(values), exposed(shape)


def _pairs(values: Any) -> Iterator[tuple[str, str]]:
    """Yield each user with the password beside it."""
    if isinstance(values, Mapping):
        if values.get("password"):
            yield str(values.get("username", "")), str(values["password"])
        values = list(values.values())
    for value in values if isinstance(values, list) else ():
        yield from _pairs(value)


def _kept(text: str, shown: str, exposure: Exposure, where: Where) -> Iterator[tuple[str, str]]:
    """Yield what of a value is secret by its key, each with what is shown in its place."""
    if exposure.shown(text) == text or (len(where) > 1 and str(where[-1]).lower() in HARMLESS):
        return
    yield text, shown
    if exposure is Exposure.SECRET:
        yield from (
            (part, HIDDEN) for part in re.split(r"[\s;,=&]+", text) if len(part) >= SHORTEST_PART
        )
        return
    yield from ((part, HIDDEN) for part in _secret_parts(text, exposure))


def _secret_parts(text: str, exposure: Exposure) -> Iterator[str]:
    """Yield the secret parts of an address: its user, its query, of a secret one its path."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return
    user = parts.netloc.rpartition("@")[0]
    if user:
        yield user
        yield basic(*map(unquote, user.partition(":")[::2]))
        yield unquote(user.partition(":")[2])
    for query in filter(None, (parts.query, parts.fragment)):
        yield query
        for pair in query.split("&"):
            value = pair.partition("=")[2] or pair
            yield pair
            if len(value) >= SHORTEST_PART:
                yield value
    if exposure is Exposure.ORIGIN and parts.path.strip("/"):
        yield parts.path
        yield from (part for part in parts.path.split("/") if len(part) >= SHORTEST_PART + SHORTEST)


def _forms(text: str) -> Iterable[str]:
    """Return a text as it may be met: quoted for an address, for JSON, for HTML, in base64."""
    forms = {
        text,
        quote(text, safe=""),
        quote(text),
        unquote(text),
        html.escape(text),
        json.dumps(text)[1:-1],
        repr(text)[1:-1],
        base64.b64encode(text.encode("utf-8", "replace")).decode(),
    }
    return [form for form in forms if len(form) >= SHORTEST and len(text) >= SHORTEST]
