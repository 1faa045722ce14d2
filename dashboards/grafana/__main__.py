"""Write the dashboards' JSON beside their source: `python -m dashboards.grafana`."""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.grafana import probe_health, spot_and_idm

FOLDER = Path(__file__).parent / "dashboards"


def documents() -> dict[Path, str]:
    """Return each dashboard's JSON by its file."""
    boards = (spot_and_idm.dashboard_(), probe_health.dashboard_())
    return {
        FOLDER / f"{board.uid}.json": json.dumps(board, cls=JSONEncoder, indent=2) + "\n"
        for board in boards
    }


if __name__ == "__main__":
    for file, text in documents().items():
        file.write_text(text)
