"""Line charts as SVG, by hand: panels beside each other, both axes logarithmic."""

import math
from collections.abc import Mapping, Sequence
from html import escape

Points = Sequence[tuple[float, float]]

_COLOURS = ("#0b6e99", "#c4570a", "#4c7a34", "#7a4c8a")
_WIDTH, _HEIGHT = 300, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 64, 40


def chart(title: str, panels: Mapping[str, Mapping[str, Points]]) -> str:
    """Return a document with a panel for each title, a line for each name in it."""
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    colours = dict(zip(names, _COLOURS, strict=False))
    width = _WIDTH * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}"',
        f' font-family="sans-serif" font-size="11" role="img" aria-label="{escape(title)}">',
        f'<rect width="{width}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="12" y="18" font-size="13" font-weight="bold">{escape(title)}</text>',
    ]
    for number, name in enumerate(names):
        at = 12 + 150 * number
        parts.append(
            f'<line x1="{at}" x2="{at + 18}" y1="33" y2="33" stroke="{colours[name]}" '
            f'stroke-width="2.5"/><text x="{at + 24}" y="37">{escape(name)}</text>'
        )
    for number, (heading, lines) in enumerate(panels.items()):
        parts.append(f'<g transform="translate({_WIDTH * number} 0)">')
        parts += _panel(heading, lines, colours)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>\n"])


def _panel(heading: str, lines: Mapping[str, Points], colours: Mapping[str, str]) -> list[str]:
    across = [x for points in lines.values() for x, _ in points]
    up = [y for points in lines.values() for _, y in points]
    left, right = math.log10(min(across)), math.log10(max(across))
    low, high = math.floor(math.log10(min(up))), math.ceil(math.log10(max(up)))

    def x(value: float) -> float:
        part = (math.log10(value) - left) / ((right - left) or 1)
        return round(_LEFT + part * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        part = (math.log10(value) - low) / ((high - low) or 1)
        return round(_HEIGHT - _BOTTOM - part * (_HEIGHT - _TOP - _BOTTOM), 1)

    found = [f'<text x="{_LEFT}" y="{_TOP - 10}">{escape(heading)}</text>']
    for power in range(low, high + 1):
        at = y(10**power)
        found.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at}" y2="{at}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 5}" y="{at + 4}" text-anchor="end">{10**power:g}</text>'
        )
    found += [
        f'<text x="{x(value)}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{value:g}</text>'
        for value in sorted(set(across))
    ]
    found.append(
        f'<text x="{_WIDTH / 2 + 20}" y="{_HEIGHT - 8}" text-anchor="middle">targets</text>'
    )
    for name, points in lines.items():
        path = " ".join(f"{x(across_)},{y(up_)}" for across_, up_ in points)
        found.append(
            f'<polyline points="{path}" fill="none" stroke="{colours[name]}" stroke-width="2.5"/>'
        )
        found += [
            f'<circle cx="{x(across_)}" cy="{y(up_)}" r="3.5" fill="{colours[name]}">'
            f"<title>{escape(name)}, {across_:g} targets: {up_:.3g}</title></circle>"
            for across_, up_ in points
        ]
    return found
