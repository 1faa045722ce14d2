"""Draws a page in the night as a chat shows it: `python -m tests.browser.message`.

The words are those that the real Alertmanager sent in the night of tests/dashboards/night.txt.
"""

import html
import re
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS
from tests.dashboards.night import FILE

PICTURE = Path(__file__).parents[2] / "docs" / "message.png"
CHAT = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; background: #1a1d21; color: #d1d2d3; width: 688px;
  font: 15px/1.46 system-ui, "Liberation Sans", sans-serif; }}
.who {{ font-weight: 700; color: #fff; }} .when {{ color: #9a9b9e; font-size: 12px; }}
.alert {{ border-left: 4px solid #e01e5a; padding: 2px 0 2px 12px; margin-top: 6px; }}
h1 {{ font-size: 15px; margin: 0 0 8px; color: #fff; }} p {{ margin: 0; overflow-wrap: anywhere; }}
</style><div class="who">Alertmanager <span class="when">{when}</span></div>
<div class="alert"><h1>{title}</h1>{text}</div>"""


def overrun() -> tuple[str, str, list[str]]:
    """Return when the page about an overrun came, its title and its lines."""
    for part in FILE.read_text(encoding="utf-8").split("\n==== ")[1:]:
        when, _, messages = part.partition(" =")
        for message in re.split(r"\n(?=\[)", messages):
            title, _, text = message.strip("=\n").partition("\n")
            if title.startswith("[page]") and "MaintenanceOverrun".lower() in text:
                return when, title.removeprefix("[page] "), text.strip().split("\n")
    raise LookupError("no page of this night is about an overrun")


def main() -> None:
    """Write the picture."""
    when, title, lines = overrun()
    text = "".join(f"<p>{html.escape(line) or '&nbsp;'}</p>" for line in lines)
    shown = CHAT.format(when=html.escape(when), title=html.escape(title), text=text)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 720, "height": 200}, device_scale_factor=1.5)
        page.set_content(shown)
        page.screenshot(path=PICTURE, full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
