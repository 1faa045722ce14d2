"""A small picture of a target's state, for wikis."""

from html import escape

from probe.types import Verdict
from probe.web.marks import COLOURS, SHAPES
from probe.web.view import TargetView, View
from probe.web.words import clock_with_zone, mark

#: Verdana at 11 px, which badges are drawn for, is about this wide a letter.
LETTER = 7
PADDING = 6
MARK = 16
LONGEST_NAME = 40


def badge(target: TargetView, shown: View) -> str:
    """Return an SVG picture with its text alternative."""
    name, words = target.name[:LONGEST_NAME], _words(target, shown)
    kind = mark(target.observation)
    left = len(name) * LETTER + 2 * PADDING
    right = MARK + len(words) * LETTER + 2 * PADDING
    whole, said = left + right, escape(f"{name}: {words}")
    texts = "".join(
        f'<text x="{x}" y="14" textLength="{len(text) * LETTER}">{escape(text)}</text>'
        for x, text in ((PADDING, name), (left + PADDING + MARK, words))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" '
        f'aria-label="{said}"><title>{said}</title>'
        f'<rect width="{whole}" height="20" rx="3" fill="#3b4148"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z" '
        f'fill="{COLOURS[kind]}"/>'
        f'<path transform="translate({left + PADDING} 4) scale(.5)" fill="#fff" '
        f'fill-rule="evenodd" d="{SHAPES[kind]}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{texts}</g></svg>"
    )


def _words(target: TargetView, shown: View) -> str:
    observation = target.observation
    if observation is None:
        return "not known"
    if observation.verdict is Verdict.EXPECTED and observation.window:
        return f"maintenance until {clock_with_zone(observation.window.ends_at, shown.zone)}"
    return {
        Verdict.UP: "up",
        Verdict.EXPECTED: "maintenance",
        Verdict.UNEXPECTED: "down",
        Verdict.INCONCLUSIVE: "cannot be told",
    }[observation.verdict]
