"""What each phrase that names a zone is worth."""

from probe.maintenance.reading import zonenames
from probe.maintenance.reading.phrase import Made, Phrase

#: How the reason begins where a zone is none that is known.
UNKNOWN_ZONE = "the zone"


def of_offset(phrase: Phrase) -> Made:
    """UTC-5, GMT+01:00: the zone of an offset, which is literal."""
    sign = phrase.match["sign"] or phrase.match["sign2"]
    hours, minutes = (
        int(phrase.match["zh"] or phrase.match["zh2"]),
        int(phrase.match["zm"] or phrase.match["zm2"] or 0),
    )
    offset = hours * 60 + minutes
    return zone(zonenames.by_offset(-offset if sign == "-" else offset), phrase.words)


def zone(names: tuple[str, ...], words: str) -> Made:
    """Return the atom of a zone, or one that says that it is not known."""
    return ("Z", names) if names else ("!", f"{UNKNOWN_ZONE} {words!r} is not known")


def unknown(phrase: Phrase) -> Made:
    """Server time, and other names that are nobody's."""
    return zone((), phrase.words)


def of_words(phrase: Phrase) -> Made:
    """Eastern time, and other names in words."""
    name = zonenames.WORDS[
        phrase.match["zw"] or phrase.match["zw1"] or phrase.match["zw2"] or phrase.match["zw3"]
    ]
    return zone(zonenames.by_name(name, phrase.home), phrase.words)


def of_city(phrase: Phrase) -> Made:
    """Return the zone of a city behind a time, or before it as a label."""
    city = next(found for found in phrase.match.groupdict().values() if found)
    return zone(zonenames.by_name(zonenames.WORDS[city], phrase.home), phrase.words)


def of_name(phrase: Phrase) -> Made | None:
    """ET, CEST: a name in capitals; nothing in small letters."""
    if phrase.words != phrase.words.upper():
        return None
    return "Z", zonenames.by_name(phrase.words.removeprefix("US-"), phrase.home)


def of_path(phrase: Phrase) -> Made:
    """America/New_York, as programs write it."""
    return zone(zonenames.by_name(phrase.words, phrase.home), phrase.words)
