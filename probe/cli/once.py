"""`once`: the verdict of one probe of each target, now."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from probe.classify import classify
from probe.cli.access import Access, access
from probe.cli.options import (
    ConfigFile,
    ShardOf,
    StoragePath,
    TableOrJson,
    shard,
)
from probe.cli.terminal import clean, span, table, tell, width
from probe.english import BECAUSES, CAUSES
from probe.maintenance.waiting import accepting, told
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps
from probe.types import Evidence, Observation, Phase, Verdict

SOME_UNEXPECTED, ONLY_EXPECTED = 1, 3
MOST_LINES, LONGEST_LINE = 10, 160
STEP = "  "


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
            _tell(using, observations)
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


def _tell(using: Access, observations: Sequence[Observation]) -> None:
    """Print how each target is, how long each phase of the deciding attempt took, and why."""
    columns = ["target", "verdict", "because", "reason", "status", "attempts", "total"]
    table(columns, map(_judged, observations))
    table(["target", *Phase], map(_timed, observations))
    targets = {target.name: target for target in using.config.targets}
    for observation in observations:
        name, result = observation.result.target, observation.result
        said = BECAUSES[observation.because] if observation.because else ""
        cause = CAUSES[observation.cause] if observation.cause else ""
        for sentence in filter(None, (result.detail, said, cause)):
            tell(f"{name}: {sentence}", indent=STEP)
        if unread := using.snapshot.explaining(observation, targets[name]):
            for sentence in (*told(unread, using.config.timezone), accepting(unread)):
                tell(f"{name}: {sentence}", indent=STEP)
        if observation.window:
            when = span(
                observation.window.starts_at, observation.window.ends_at, using.config.timezone
            )
            tell(f"{name}: announced {when}, from {observation.window.source}", indent=STEP)
            if observation.window.quote:
                tell(observation.window.quote, first=f"{STEP}| ")
        if result.evidence:
            typer.echo(_said(result.evidence))
    if any(observation.verdict is not Verdict.UP for observation in observations):
        for gap in using.not_known(now()):
            tell(gap)


def _judged(observation: Observation) -> Sequence[object]:
    result = observation.result
    judged = [result.target, observation.verdict, observation.because, result.reason]
    return [*judged, result.status_code, result.attempts, _milliseconds(result.duration_seconds)]


def _timed(observation: Observation) -> Sequence[object]:
    result = observation.result
    return [result.target, *(_milliseconds(result.phases.get(phase)) for phase in Phase)]


def _said(evidence: Evidence) -> str:
    """Return what a failing answer said, indented, as much as one takes in at a glance."""
    headers = [f"{name}: {value}" for name, value in evidence.headers.items()]
    text = [line for line in evidence.text.splitlines() if line.strip()][:MOST_LINES]
    lines = [f"it answered {evidence.status_code}:", *headers, *text]
    longest = min(LONGEST_LINE, width() - len(STEP))
    return "\n".join(f"{STEP}{clean(line)[:longest]}" for line in lines)


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.1f} ms"
