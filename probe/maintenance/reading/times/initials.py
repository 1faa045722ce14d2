"""The letters that what fits a pattern may begin with."""

import re

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")

_OPTIONAL = re.compile(r"[?*]|\{0")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})\??")
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|:|(?P<look><?[=!])))?")
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])+\]")


def initials(pattern: str) -> frozenset[str]:
    """Return those letters; all of them where the pattern does not say."""
    return frozenset().union(*(_of_one(way) for way in _ways(pattern)))


def _ways(pattern: str) -> list[str]:
    """Return the alternatives of a pattern, those inside its groups left together."""
    ways, depth, start, at = [], 0, 0, 0
    while at < len(pattern):
        listed = _CLASS.match(pattern, at)
        if listed is not None:
            at = listed.end()
            continue
        char = pattern[at]
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            ways.append(pattern[start:at])
            start = at + 1
        at += 2 if char == "\\" else 1
    return [*ways, pattern[start:]]


def _of_one(way: str) -> frozenset[str]:
    """Return the letters of one alternative: those of its parts up to the first that must be."""
    found: frozenset[str] = frozenset()
    at = 0
    while at < len(way):
        letters, at, is_part = _part(way, at)
        found |= letters
        if is_part and _OPTIONAL.match(way, at) is None:
            return found
        quantifier = _QUANTIFIER.match(way, at) if is_part else None
        at = quantifier.end() if quantifier is not None else at
    return LETTERS if way else found


def _part(way: str, at: int) -> tuple[frozenset[str], int, bool]:
    """Return the letters of the part at a place, where it ends, and whether it is any text."""
    char = way[at]
    group, listed = _GROUP.match(way, at), _CLASS.match(way, at)
    if group is not None:
        end = _end_of_group(way, at)
        is_look = group["look"] is not None
        inside = frozenset() if is_look else initials(way[group.end() : end - 1])
        return inside, end, not is_look
    if listed is not None:
        is_any = "-z" in listed[0] or "\\w" in listed[0] or listed[0].startswith("[^")
        return (LETTERS if is_any else LETTERS & set(listed[0])), listed.end(), True
    if char == "\\":
        letters = LETTERS if way[at + 1] in "wSD" else frozenset()
        return letters, at + 2, way[at + 1] not in "bB"
    if char in "^$":
        return frozenset(), at + 1, False
    return (LETTERS if char == "." else LETTERS & {char}), at + 1, True


def _end_of_group(way: str, at: int) -> int:
    """Return where the group that begins at a place ends."""
    depth = 0
    while at < len(way):
        listed = _CLASS.match(way, at)
        if listed is not None:
            at = listed.end()
            continue
        depth += (way[at] == "(") - (way[at] == ")")
        at += 2 if way[at] == "\\" else 1
        if depth == 0:
            break
    return at
