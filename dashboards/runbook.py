"""Write RUNBOOK.html beside RUNBOOK.md: `python -m dashboards.runbook`.

The links of messages lead to its headings, which a browser does not find in Markdown.
"""

import re
from pathlib import Path

from markdown_it import MarkdownIt

FOLDER = Path(__file__).parent
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runbook</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: auto; padding: 1rem; }}
code {{ font-size: .9em; overflow-wrap: anywhere; }}
h2 {{ margin-top: 2.5rem; scroll-margin-top: 1rem; }}
h2:target {{ outline: 3px solid #d55e00; outline-offset: .3rem; }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def page() -> str:
    """Return the runbook as one page; the anchor of a heading is its words in lower case."""
    body = MarkdownIt().render((FOLDER / "RUNBOOK.md").read_text(encoding="utf-8"))
    anchored = re.sub(
        r"<h2>(\w+)</h2>", lambda found: f'<h2 id="{found[1].lower()}">{found[1]}</h2>', body
    )
    return PAGE.format(body=anchored)


if __name__ == "__main__":
    (FOLDER / "RUNBOOK.html").write_text(page(), encoding="utf-8")
