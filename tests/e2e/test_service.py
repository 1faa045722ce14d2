"""The real command as a user starts it: signals, reload, kills, one verdict everywhere."""

import asyncio
import contextlib
import json
import re
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from probe.journal import FILE, reading
from tests.e2e.stage import (
    PATIENCE_SECONDS,
    Stage,
    announcing,
    command,
    get,
    installed,
    page,
    probing,
    staged,
    until,
)
from tests.journal import states
from tests.observed import observed
from tests.written import written

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Serve the stage."""
    async with staged(tmp_path) as made:
        yield made


async def ready(probe: str) -> bool:
    """Whether every target has an observation."""
    return (await get(f"{probe}/-/ready"))[0] == 200


async def shown(probe: str, line: str) -> bool:
    """Whether a line stands in the metrics."""
    return line in (await get(f"{probe}/metrics"))[1].splitlines()


async def written_down(stage: Stage) -> bool:
    """Whether the journal holds a notice."""
    with reading(stage.storage) as history:
        return history.noticeboard().seen != ()


def window(stage: Stage, *, begins: timedelta, ends: timedelta) -> None:
    """Publish an outage of SPOT around now."""
    now = datetime.now(UTC).replace(microsecond=0)
    stage.page.body = page(announcing(now + begins, now + ends))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_cleanly_within_two_seconds(stage: Stage, number: int) -> None:
    """Exit status 0, though probes are under way."""
    async with probing(*stage.flags, start=installed) as (process, probe):
        await until(lambda: ready(probe), "ready")
        process.send_signal(number)
        async with asyncio.timeout(2):
            assert await process.wait() == 0


async def test_once_explain_and_run_give_the_same_verdict(stage: Stage) -> None:
    """Inside the published window, and for the other target outside of any."""
    window(stage, begins=-HOUR, ends=HOUR)
    stage.spot.up = stage.idm.up = False
    async with probing(*stage.flags) as (_, probe):
        expected = 'probe_verdict{target="spot",verdict="expected"} 1.0'
        await until(lambda: shown(probe, expected), "SPOT's verdict")
        other = 'probe_unexpected_because{because="other_component",target="idm"} 1.0'
        await until(lambda: shown(probe, other), "IDM's verdict")
        code, out, _ = await command("once", *stage.flags, "--format=json", start=installed)
        assert code == 1
        once = {one["target"]: (one["verdict"], one["because"]) for one in json.loads(out)}
        explained = {}
        for target in ("spot", "idm"):
            _, out, _ = await command(
                "explain", target, *stage.flags, "--reason=status", "--format=json"
            )
            said = json.loads(out)
            explained[target] = (said["verdict"], said["because"])
    assert once == explained
    assert once == {"spot": ("expected", None), "idm": ("unexpected", "other_component")}


async def test_the_commands_read_a_feed_that_was_never_read(stage: Stage) -> None:
    """Nothing ran before; what is published counts all the same."""
    window(stage, begins=-HOUR, ends=HOUR)
    stage.spot.up = False
    code, out, _ = await command("windows", *stage.flags, "--format=json", start=installed)
    assert code == 0
    (found,) = json.loads(out)
    assert (found["components"], found["impact"], found["source"]) == (["spot"], "outage", "page")
    assert (await command("once", *stage.flags))[0] == 3
    stage.spot.up = True
    assert (await command("once", *stage.flags))[0] == 0


async def test_the_schedule_is_there_after_a_kill_before_the_page_is(stage: Stage) -> None:
    """`kill -9`, the page is away, and the window that was read excuses all the same."""
    window(stage, begins=-HOUR, ends=HOUR)
    async with probing(*stage.flags) as (process, probe):
        await until(lambda: ready(probe), "ready")
        await until(lambda: written_down(stage), "the notice in the journal")
        process.send_signal(signal.SIGKILL)
        await process.wait()
    stage.page.up = stage.spot.up = False
    async with probing(*stage.flags) as (_, probe):
        await until(lambda: ready(probe), "ready again")
        active = 'probe_maintenance_active{component="spot",impact="outage"} 1.0'
        assert await shown(probe, active)
        assert await shown(probe, 'probe_verdict{target="spot",verdict="expected"} 1.0')
        failed = 'probe_feed_failures_total{feed="page",reason="status"} 1.0'
        assert await shown(probe, failed)


async def test_a_streak_outlives_a_restart(stage: Stage) -> None:
    """An outage that goes on is one outage."""
    stage.spot.up = False
    name = "probe_failing_since_timestamp_seconds"

    async def since(probe: str) -> str | None:
        lines = (await get(f"{probe}/metrics"))[1].splitlines()
        found = [line for line in lines if line.startswith(f'{name}{{target="spot"}}')]
        return found[0] if found and not found[0].endswith(" 0.0") else None

    async with probing(*stage.flags) as (_, probe):
        before = await until(lambda: since(probe), "the streak")
    async with probing(*stage.flags) as (_, probe):
        assert await until(lambda: since(probe), "the streak again") == before


async def test_a_second_service_on_the_same_journal_is_refused(stage: Stage) -> None:
    """It is told which process has it; a command beside goes on working."""
    async with probing(*stage.flags) as (process, _):
        code, _, err = await command("run", "--web.listen-address=127.0.0.1:0", *stage.flags)
        assert code == 2
        (told,) = err.splitlines()
        assert told.startswith(f"another spot-probe run uses {stage.storage} (pid {process.pid});")
        code, _, _ = await command("windows", *stage.flags)
        assert code == 0


async def test_a_reload_takes_a_good_file_and_refuses_a_bad_one(stage: Stage) -> None:
    """By POST and by SIGHUP; a bad one is told, visible in metrics, and changes nothing."""
    good = stage.config.read_text(encoding="utf-8")
    async with probing(*stage.flags) as (process, probe):
        await until(lambda: ready(probe), "ready")
        stage.config.write_text(good.replace("interval: 1s", "interval: soon"), encoding="utf-8")
        status, text = await get(f"{probe}/-/reload", method="POST")
        assert status == 500
        assert "probe.yml:3: targets[0].interval: 'soon'" in text
        assert await shown(probe, "probe_config_last_reload_successful 0.0")
        assert await shown(probe, 'probe_timeout_seconds{target="spot"} 0.4')

        stage.config.write_text(good.replace("timeout: 400ms", "timeout: 300ms"), encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        changed = 'probe_timeout_seconds{target="spot"} 0.3'
        await until(lambda: shown(probe, changed), "the new timeout")
        assert await shown(probe, "probe_config_last_reload_successful 1.0")
        counted = 'probe_observations_total{target="spot"} 1.0'
        assert not await shown(probe, counted.replace("1.0", "0.0"))

        stage.config.write_text(good.replace("name: idm", "name: login"), encoding="utf-8")
        status, _ = await get(f"{probe}/-/reload", method="POST")
        assert status == 200
        await until(lambda: ready(probe), "ready with the new target")
        text = (await get(f"{probe}/metrics"))[1]
        assert 'target="login"' in text
        assert 'target="idm"' not in text


async def test_our_own_network_away_makes_failures_inconclusive(stage: Stage) -> None:
    """All addresses of `connectivity` are away, and nothing answers: nothing was measured."""
    text = stage.config.read_text(encoding="utf-8")
    text = text.replace("connectivity: []", 'connectivity: ["tcp://127.0.0.1:1"]')
    away = text.replace(stage.urls["spot"], "http://127.0.0.1:1/")

    async def verdicts(text: str) -> dict[str, str]:
        stage.config.write_text(text, encoding="utf-8")
        _, out, _ = await command("once", *stage.flags, "--format=json")
        return {one["target"]: one["verdict"] for one in json.loads(out)}

    both = away.replace(stage.urls["idm"], "http://127.0.0.1:1/")
    assert await verdicts(both) == {"spot": "inconclusive", "idm": "inconclusive"}
    assert await verdicts(away) == {"spot": "unexpected", "idm": "up"}
    stage.spot.up = stage.idm.up = False
    assert await verdicts(text) == {"spot": "unexpected", "idm": "unexpected"}


async def test_a_machine_that_was_suspended_blames_no_target(stage: Stage) -> None:
    """Stopped in the middle of an attempt: its deadline passed unused, and it was not the target.

    With one attempt there is no other that would mend it.
    """
    text = stage.config.read_text(encoding="utf-8")
    stage.config.write_text(text.replace("attempts: 2", "attempts: 1"), encoding="utf-8")
    stage.spot.takes_seconds = 0.2
    async with probing(*stage.flags) as (process, probe):
        await until(lambda: ready(probe), "ready")
        for _ in range(3):
            asked = stage.spot.asked
            await until(partial(_is_asked, stage, asked), "a request")
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(1)  # the time for which it is suspended, not a wait for anything
            process.send_signal(signal.SIGCONT)
            before = await observations(probe)
            await until(partial(_has_gone_on, probe, before), "another observation")
        text = (await get(f"{probe}/metrics"))[1]
    assert not re.search(r"^probe_failures_total\{.*\} [1-9]", text, re.MULTILINE)


async def observations(probe: str) -> float:
    """Return how many observations of SPOT there are."""
    text = (await get(f"{probe}/metrics"))[1]
    found = re.search(r'^probe_observations_total\{target="spot"\} (\S+)$', text, re.MULTILINE)
    return float(found[1]) if found else 0


async def _has_gone_on(probe: str, before: float) -> bool:
    return await observations(probe) > before


async def _is_asked(stage: Stage, before: int) -> bool:
    return stage.spot.asked > before


async def test_a_503_behind_a_firewall_pages(stage: Stage) -> None:
    """Direct connections are filtered: an answer proves the network all the same."""
    stage.spot.up = stage.idm.up = False
    text = stage.config.read_text(encoding="utf-8")
    stage.config.write_text(
        text.replace("connectivity: []", 'connectivity: ["tcp://127.0.0.1:1"]'), encoding="utf-8"
    )
    async with probing(*stage.flags) as (_, probe):
        down = 'probe_verdict{target="spot",verdict="unexpected"} 1.0'
        await until(lambda: shown(probe, down), "SPOT's outage")


def _blocks_sighup(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (blocked,) = re.findall(r"^SigBlk:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(int(blocked, 16) >> (signal.SIGHUP - 1) & 1)


async def test_a_sighup_before_it_is_ready_ends_nothing(stage: Stage) -> None:
    """It comes while the program is still being imported; the reload comes when it can."""
    process = await installed("run", "--web.listen-address=127.0.0.1:0", *stage.flags)
    try:
        await until(lambda: asyncio.to_thread(_blocks_sighup, process.pid), "its first line")
        process.send_signal(signal.SIGHUP)
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            lines = [(await process.stderr.readline()).decode()]
            while "reloaded" not in lines[-1]:
                assert lines[-1], lines
                lines.append((await process.stderr.readline()).decode())
    finally:
        process.terminate()
        await process.communicate()


async def test_tls_and_users_guard_the_web_server(stage: Stage) -> None:
    """A key that is not supported is refused at start, before anything listens."""
    web = stage.path / "web.yml"
    web.write_text("basic_auth_users: {ann: secret}\n", encoding="utf-8")
    code, _, err = await command("run", *stage.flags, f"--web.config.file={web}")
    assert code == 2
    assert "basic_auth_users.ann" in err


async def test_what_a_person_did_wrong_is_told_in_a_line(stage: Stage) -> None:
    """Exit status 2 and no traceback: a bad file, a taken address, an unknown target, a zone."""

    def alone(name: str) -> tuple[str, str]:
        return stage.flags[0], f"--storage.path={stage.path / name}"

    rows = [
        (("run", "--config.file=/nonexistent.yml"), "cannot be read"),
        (("run", *alone("a"), "--web.listen-address=nowhere"), "--web.listen-address=nowhere"),
        (("run", *alone("b"), "--web.listen-address=:99999"), "'99999' is no port"),
        (("run", *stage.flags, "--web.external-url=here"), "--web.external-url: write an"),
        (("explain", "sopt", *stage.flags), "there are: spot, idm"),
        (("explain", "spot", "--at=tonight", *stage.flags), "'tonight' is no instant"),
        (("notices", "read", str(stage.config), "--timezone=Mars/Olympus"), "Mars/Olympus"),
    ]
    by_script = [
        (("notices", "read", "/nonexistent.html"), "No such file"),
        (("receipt", "--at=never"), "'never' is no instant"),
    ]
    answers = await asyncio.gather(
        *(command(*arguments) for arguments, _ in rows),
        *(command(*arguments, start=installed) for arguments, _ in by_script),
    )
    for (arguments, words), (code, _, err) in zip(rows + by_script, answers, strict=True):
        assert code == 2, arguments
        assert words in " ".join(err.replace("│", " ").split()), (arguments, err)
        assert "Traceback" not in err


async def test_it_starts_and_serves_when_the_network_is_away(tmp_path: Path) -> None:
    """Names that exist nowhere: the page cannot be read, and it goes on serving."""
    config = tmp_path / "probe.yml"
    config.write_text(
        "targets: [{name: spot, url: 'https://spot.invalid/', components: [spot]}]\n"
        "feeds: [{name: page, kind: page, url: 'https://page.invalid/', component: spot}]\n"
        "connectivity: []\n",
        encoding="utf-8",
    )
    flags = (f"--config.file={config}", f"--storage.path={tmp_path}")
    async with probing(*flags) as (_, probe):
        assert (await get(f"{probe}/-/healthy"))[0] == 200
        failed = 'probe_feed_failures_total{feed="page",reason="fetch"} 1.0'
        await until(lambda: shown(probe, failed), "the page's failure")
        down = 'probe_unexpected_because{because="unannounced",target="spot"} 1.0'
        await until(lambda: shown(probe, down), "the target's failure")
        assert (await get(f"{probe}/"))[0] == 200


async def test_a_person_reviews_and_the_service_obeys(stage: Stage) -> None:
    """An odd notice is refused and waits; accepted with its window it excuses, dismissed not."""
    stage.page.body = page("SPOT will be down for maintenance tonight until further notice.")
    stage.spot.up = False
    async with probing(*stage.flags) as (_, probe):
        unread = 'probe_unexpected_because{because="unread_notice",target="spot"} 1.0'
        await until(lambda: shown(probe, unread), "a notice that waits")
        assert await shown(probe, 'probe_notices{feed="page",state="refused"} 1.0')
        _, out, _ = await command("notices", "list", *stage.flags, "--format=json")
        (listed,) = json.loads(out)
        assert listed["review"] is None
        mark = listed["notice"]["fingerprint"]
        now = datetime.now(UTC).replace(microsecond=0)
        window = f"--window={(now - HOUR).isoformat()}/{(now + HOUR).isoformat()}"
        code, _, err = await command(
            "notices", "accept", mark[:8], window, "--by=ann", *stage.flags
        )
        assert code == 0, err
        expected = 'probe_verdict{target="spot",verdict="expected"} 1.0'
        await until(lambda: shown(probe, expected), "the accepted window")
        assert await shown(probe, 'probe_notices{feed="page",state="refused"} 0.0')
        code, _, err = await command("notices", "dismiss", mark, "--by=bob", stage.flags[1])
        assert code == 0, err
        unannounced = 'probe_unexpected_because{because="unannounced",target="spot"} 1.0'
        await until(lambda: shown(probe, unannounced), "the dismissal")
    _, out, _ = await command("notices", "list", *stage.flags)
    assert "dismissed by bob" in out


# --- the journal ------------------------------------------------------------------------------


async def test_a_window_by_hand_is_obeyed_by_the_running_service(stage: Stage) -> None:
    """Added while SPOT is down its failures are expected, and ended they are not."""
    stage.spot.up = False
    verdict = 'probe_verdict{{target="spot",verdict="{}"}} 1.0'
    async with probing(*stage.flags) as (_, probe):
        await until(lambda: shown(probe, verdict.format("unexpected")), "unexpected")
        ends = (datetime.now(UTC) + HOUR).isoformat()
        status, out, err = await command(
            "windows", "add", "spot", f"--until={ends}", "--by=ann", *stage.flags
        )
        assert status == 0, err
        await until(lambda: shown(probe, verdict.format("expected")), "expected")
        found = json.loads((await get(f"{probe}/api/v1/windows"))[1])
        assert [one["source"] for one in found] == ["added by ann"]
        number = out.split()[1].rstrip(":")
        await command("windows", "end", number, "--by=bob", *stage.flags)
        await until(lambda: shown(probe, verdict.format("unexpected")), "unexpected again")


@pytest.mark.parametrize("state", states.UNREADABLE)
async def test_with_a_journal_that_is_none_it_starts(stage: Stage, state: str) -> None:
    """It is set aside, said, and a new one begun; what is known is right all the same."""
    path = Path(stage.storage) / FILE
    with written(path.parent) as journal:
        journal.record(*observed("." * 300 + "x" * 300))
    states.UNREADABLE[state](path)
    window(stage, begins=-HOUR, ends=HOUR)
    stage.spot.up = False
    async with probing(*stage.flags) as (_, probe):
        expected = 'probe_verdict{target="spot",verdict="expected"} 1.0'
        await until(lambda: shown(probe, expected), "SPOT's verdict")
        assert await shown(probe, "probe_journal_files_set_aside_total 1.0")
        status, text = await get(probe)
        assert (status, "The journal was damaged" in text) == (200, True)
    assert len(states.aside(path)) == 1
    status, out, _ = await command("report", *stage.flags, "--format=json")
    assert (status, json.loads(out)["incidents"] != []) == (0, True)


async def test_a_journal_torn_or_gone_while_it_runs_ends_nothing(stage: Stage) -> None:
    """Probing goes on, the page answers, and what follows is in a new file."""
    path = Path(stage.storage) / FILE
    with written(path.parent) as journal:
        journal.record(*observed("." * 300 + "x" * 300))
    async with probing(*stage.flags) as (_, probe):
        await until(lambda: ready(probe), "ready")
        states.merged(path)
        states.spoilt(path)
        anew = "probe_journal_files_set_aside_total 1.0"

        async def told() -> bool:
            assert (await get(probe))[0] == 200
            return await shown(probe, anew)

        await until(told, "set aside")
        shutil.rmtree(path.parent)
        before = await observations(probe)

        async def goes_on() -> bool:
            return path.exists() and await observations(probe) > before + 2

        await until(goes_on, "more observations")
        assert (await get(probe))[0] == 200
    status, _, err = await command("report", *stage.flags)
    assert status == 0, err


async def test_while_its_journal_is_locked_it_observes_on(stage: Stage) -> None:
    """A backup holds the lock: no tick is skipped, no scrape waits, and nothing is lost."""
    path = Path(stage.storage) / FILE
    async with probing(*stage.flags) as (_, probe):
        await until(lambda: ready(probe), "ready")
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("BEGIN EXCLUSIVE")
            before = await observations(probe)

            async def goes_on() -> bool:
                return await observations(probe) > before + 4

            await until(goes_on, "more observations")
            text = (await get(f"{probe}/metrics"))[1]
            assert "probe_journal_write_failures_total 0.0" not in text
            assert 'probe_ticks_skipped_total{target="spot"} 0.0' in text.splitlines()
            status, page_text = await get(probe)
            assert (status, "The journal cannot be written" in page_text) == (200, True)
            db.execute("ROLLBACK")
        await until(lambda: shown(probe, "probe_journal_queue_length 0.0"), "all is written")
        counted = await observations(probe)
    with contextlib.closing(sqlite3.connect(path)) as db:
        query = "SELECT count(*) FROM observation WHERE target = 'spot'"
        assert db.execute(query).fetchone()[0] >= counted
