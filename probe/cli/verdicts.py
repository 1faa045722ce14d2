"""`once` and `explain`: the verdict of a probe, and the one that a failure would get."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from probe.classify import classify
from probe.cli.access import Access, access
from probe.cli.options import (
    At,
    ConfigFile,
    ShardOf,
    StoragePath,
    TableOrJson,
    TextOrJson,
    instant,
    shard,
)
from probe.cli.terminal import clean, local, table
from probe.english import BECAUSES, CAUSES
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps
from probe.types import Evidence, Observation, Phase, Reason, Result, Verdict

SOME_UNEXPECTED, ONLY_EXPECTED = 1, 3
MOST_LINES, LONGEST_LINE = 10, 160


def once(
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    part: ShardOf = "1/1",
    form: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,
) -> None:
    """Probe each target once; print verdict, because and phases.

    Exits with 0 when all are up, 1 when one is unexpectedly not, 3 when only expected or
    inconclusive failures were seen.
    """
    with access(config_file, storage_path, shard(part)) as using:
        observations = asyncio.run(_observe_all(using))
        if form is TableOrJson.JSON:
            typer.echo(dumps([_fields(observation) for observation in observations]))
        else:
            _table(observations)
    verdicts = {observation.verdict for observation in observations}
    if Verdict.UNEXPECTED in verdicts:
        raise typer.Exit(SOME_UNEXPECTED)
    if verdicts - {Verdict.UP}:
        raise typer.Exit(ONLY_EXPECTED)


async def _observe_all(using: Access) -> list[Observation]:
    targets = using.config.targets
    results = await asyncio.gather(*map(using.wiring.probe, targets))
    if any(result.answered for result in results):  # all at the same time: our network was there
        results = [r if r.answered else replace(r, online=True) for r in results]
    return [
        classify(result, target, using.snapshot.calendar, using.ongoing(target.name, now()))
        for result, target in zip(results, targets, strict=True)
    ]


def _fields(observation: Observation) -> dict[str, object]:
    result = observation.result
    return {
        "target": result.target,
        "verdict": observation.verdict,
        "because": observation.because,
        "reason": result.reason,
        "started_at": result.started_at,
        "duration_seconds": result.duration_seconds,
        "status_code": result.status_code,
        "phases": result.phases,
        "attempts": result.attempts,
        "window": observation.window,
    }


def _table(observations: Iterable[Observation]) -> None:
    columns = ["target", "verdict", "because", "reason", "status", "attempts", "total"]
    rows = []
    for observation in observations:
        result = observation.result
        row: list[object] = [result.target, observation.verdict, observation.because]
        row += [result.reason, result.status_code, result.attempts]
        row += [_milliseconds(result.duration_seconds)]
        rows.append(row + [_milliseconds(result.phases.get(phase)) for phase in Phase])
    table([*columns, *Phase], rows)
    for observation in observations:
        if observation.result.detail:
            typer.echo(clean(f"{observation.result.target}: {observation.result.detail}"))
        if observation.cause:
            typer.echo(clean(f"{observation.result.target}: {CAUSES[observation.cause]}"))
        if observation.result.evidence:
            typer.echo(_said(observation.result.evidence))


def _said(evidence: Evidence) -> str:
    """Return what a failing answer said, indented, as much as one takes in at a glance."""
    headers = [f"{name}: {value}" for name, value in evidence.headers.items()]
    text = [line for line in evidence.text.splitlines() if line.strip()][:MOST_LINES]
    lines = [f"it answered {evidence.status_code}:", *headers, *text]
    return "\n".join(f"  {clean(line)[:LONGEST_LINE]}" for line in lines)


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.1f} ms"


def explain(
    target_name: Annotated[str, typer.Argument(metavar="TARGET")],
    at: At = None,
    reason: Annotated[
        Reason, typer.Option("--reason", help="Why the probe would have failed.")
    ] = Reason.CONNECT,
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    form: Annotated[TextOrJson, typer.Option("--format")] = TextOrJson.TEXT,
) -> None:
    """Print the verdict that a failure of a target would get at an instant, and why."""
    with access(config_file, storage_path) as using:
        config = using.config
        target = next((one for one in config.targets if one.name == target_name), None)
        if target is None:
            names = ", ".join(one.name for one in config.targets)
            raise typer.BadParameter(f"no target is called {target_name!r}; there are: {names}")
        result = Result(
            target=target.name,
            started_at=instant(at, config.timezone, now()),
            duration_seconds=0,
            reason=reason,
            attempt_failures=(reason,),
        )
        streak = using.ongoing(target.name, result.started_at)
        observation = classify(result, target, using.snapshot.calendar, streak)
        if form is TextOrJson.JSON:
            typer.echo(
                dumps(
                    {
                        "target": target.name,
                        "at": result.started_at,
                        "reason": reason,
                        "verdict": observation.verdict,
                        "because": observation.because,
                        "window": observation.window,
                    }
                )
            )
        else:
            typer.echo(_text(using, observation))


def _text(using: Access, observation: Observation) -> str:
    result, zone = observation.result, using.config.timezone
    at = local(result.started_at, zone)
    lines = [
        f"A failure of {result.target} ({result.reason}) at {at} would be {observation.verdict}."
    ]
    if observation.because:
        lines.append(f"Because: {observation.because}. {BECAUSES[observation.because]}")
    if observation.streak and observation.streak.since < result.started_at:
        lines.append(f"It has been failing since {local(observation.streak.since, zone)}.")
    if observation.window:
        window = observation.window
        span = f"{local(window.starts_at, zone)} to {local(window.ends_at, zone)}"
        lines.append(f"Window: {span}, {', '.join(window.components)}, from {window.source}.")
        if window.quote:
            lines.append(f"Published words: {clean(window.quote)}")
    return "\n".join(lines)
