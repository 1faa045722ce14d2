"""The five marks: a shape for each state, so that colour is never needed to tell them apart."""

from probe.types import Verdict

UNKNOWN = "unknown"
#: In a square of 24 by 24, filled by the even-odd rule.
SHAPES = {
    Verdict.UP: "M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22z"
    "M10.2 17.2 5.4 12.4l1.8-1.8 3 3 6.6-6.6 1.8 1.8z",
    Verdict.EXPECTED: "M5 1h14a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4H5a4 4 0 0 1-4-4V5a4 4 0 0 1 4-4z"
    "M7.5 7v10h3V7zM13.5 7v10h3V7z",
    Verdict.UNEXPECTED: "M12 1.2 23.7 22.5H.3zM10.7 9v7h2.6V9zM10.7 17.6v2.5h2.6v-2.5z",
    Verdict.INCONCLUSIVE: "M12 .3 23.7 12 12 23.7.3 12z"
    "M12 5.8c-2.1 0-3.6 1.3-3.8 3.3h2.1c.1-.9.7-1.4 1.6-1.4.9 0 1.5.5 1.5 1.3 0 .7-.4 1-1.1 1.6"
    "-.9.7-1.4 1.4-1.4 2.6v.6h2v-.4c0-.7.3-1 1.1-1.6.9-.7 1.5-1.4 1.5-2.7 0-2-1.4-3.3-3.5-3.3z"
    "M10.8 15.2v2.3h2.3v-2.3z",
    UNKNOWN: "M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22z"
    "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z"
    "M7.5 10.8h9v2.4h-9z",
}
#: White on each has a contrast of 4.5 or more; teal, blue and vermilion stay apart for everyone.
COLOURS = {
    Verdict.UP: "#0f6b62",
    Verdict.EXPECTED: "#2b5aa8",
    Verdict.UNEXPECTED: "#b3310f",
    Verdict.INCONCLUSIVE: "#6b5310",
    UNKNOWN: "#5b6168",
}


def icon(mark: str) -> str:
    """Return a mark as a picture of its own; raises KeyError for none of the five."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path fill="{COLOURS[mark]}" fill-rule="evenodd" d="{SHAPES[mark]}"/></svg>'
    )
