"""`dashboards write`: the files for Prometheus, Alertmanager and Grafana that belong to a probe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import probe
from probe.cli.terminal import tell

#: What is written, as it lies below `dashboards/`; pyproject.toml puts the same into the wheel.
PARTS = (
    "README.md",
    "RUNBOOK.md",
    "RUNBOOK.html",
    "prometheus",
    "alertmanager",
    "grafana/dashboards",
    "grafana/provisioning",
)

app = typer.Typer(no_args_is_help=True, help="Rules, routes and dashboards of this version.")


@app.callback()
def _callback() -> None:
    """Rules, routes and dashboards of this version."""


@app.command("write")
def write(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="It is made if need be.")],
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that have been changed.")
    ] = False,
) -> None:
    """Write the rules, the routes, the dashboards and the runbook into a folder.

    A file that is there already and says something else stays, unless --force is given.
    """
    place, source = Path(directory), bundled()
    files = {place / file.relative_to(source): file.read_bytes() for file in _files(source)}
    changed = [
        str(file) for file, new in files.items() if file.exists() and file.read_bytes() != new
    ]
    if changed and not force:
        raise typer.BadParameter(
            f"{', '.join(changed)} would be written over; move it away, or add --force"
        )
    for file, new in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(new)
    tell(f"Wrote {len(files)} files to {place}; {place / 'README.md'} says what each is for.")


def bundled() -> Path:
    """Return where they lie: inside the installed program, or beside it in a checkout."""
    package = Path(probe.__file__).parent
    inside = package / "dashboards"
    return inside if inside.is_dir() else package.parent / "dashboards"


def _files(source: Path) -> Iterator[Path]:
    for part in PARTS:
        whole = source / part
        yield from (file for file in sorted(whole.rglob("*")) if file.is_file())
        if whole.is_file():
            yield whole
