"""HTML as a browser shows it: what is hidden or struck out is not read."""

import pytest

from probe.maintenance.reading.html import lines_of

HIDDEN = [
    'style="text-decoration: line-through"',
    'style="color:red;TEXT-DECORATION:underline line-through"',
    'style="text-decoration-line: line-through !important"',
    'style="opacity:0"',
    'style="opacity: 0.0;"',
    'style="opacity: 0%"',
    'style="font-size:0"',
    'style="font-size: 0px; color: red"',
    'style="font-size:.1px"',
    'style="display :none"',
    'style="visibility: collapse"',
    'style="position:absolute; left:-9999px"',
    'style="color: transparent"',
    'class="note d-none"',
    'class="line-through"',
    "hidden",
]
SHOWN = [
    'style="opacity: 0.9"',
    'style="opacity:1"',
    'style="font-size: 10px"',
    'style="font-size:0.9em"',
    'style="text-decoration: underline"',
    'style="line-height: 0.9; min-height: 0"',
    'style="border-left: 0"',
    'class="hidden-print notice"',
    'class="overflow-hidden"',
]


@pytest.mark.parametrize("attribute", HIDDEN)
def test_what_is_hidden_or_struck_out_is_not_read(attribute: str) -> None:
    """Nor what stands within it."""
    text = f"<p>SPOT is available.</p><p {attribute}>SPOT <b>will be down</b>.</p>"
    assert lines_of(text) == ["SPOT is available."]


@pytest.mark.parametrize("attribute", SHOWN)
def test_what_is_shown_is_read(attribute: str) -> None:
    """Whatever else is said of its looks."""
    assert lines_of(f"<p {attribute}>SPOT will be down.</p>") == ["SPOT will be down."]
