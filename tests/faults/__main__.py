"""`make faults`: the matrix of faults and attacks, where possible in a network of its own.

There, names are resolved by a server of ours, public addresses are loopback's, and file systems can
be mounted. A machine that does not allow that skips what needs it, and says how to get it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.faults.world import ABSENT, ADDRESSES, NAME_SERVER, WORLD, naming

GROUPS = ("targets", "configuration", "port", "feeds", "outputs", "machine", "journal")


def unshared() -> list[str]:
    """Return what starts a program in namespaces of its own; raises OSError where that fails."""
    program = shutil.which("unshare")
    if program is None or shutil.which("ip") is None:
        raise OSError("unshare or ip is missing; apt-get install util-linux iproute2")
    start = [program, "--net", "--mount"]
    if os.getuid() != 0:
        start.append("--map-root-user")
    tried = subprocess.run([*start, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise OSError(f"{tried.stderr.strip()}; in a container: --cap-add=SYS_ADMIN")
    return start


def furnished() -> None:
    """Furnish the namespaces: loopback, its public and private addresses, a name server."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in ADDRESSES:
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    resolving = Path(os.environ[WORLD]) / "resolv.conf"
    resolving.write_text(f"nameserver {NAME_SERVER}\n", encoding="ascii")
    subprocess.run(["mount", "--bind", resolving, "/etc/resolv.conf"], check=True)


def pytest(arguments: list[str]) -> list[str]:
    """Return the command that runs the groups."""
    here = Path(__file__).parent
    chosen = [name for name in arguments if name in GROUPS]
    arguments = [one for one in arguments if one not in GROUPS]
    groups = [str(here / f"{name}.py") for name in chosen or GROUPS]
    beside = ["--numprocesses=auto", "--dist=loadfile"]  # most of a group is waiting
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *beside, *groups, *arguments]


def main(arguments: list[str]) -> None:
    """Run the groups; inside the namespaces, this is run once more."""
    if os.environ.get(WORLD):
        furnished()
        with naming():
            sys.exit(subprocess.run(pytest(arguments), check=False).returncode)
    try:
        start = unshared()
    except OSError as error:
        os.environ[ABSENT] = str(error)
        os.execv(sys.executable, pytest(arguments))
    made = Path(os.environ.get("TMPDIR", "/tmp")) / f"spot-probe-faults-{os.getpid()}"  # noqa: S108
    made.mkdir(mode=0o700)
    try:
        inside = [*start, sys.executable, "-m", "tests.faults", *arguments]
        done = subprocess.run(inside, env={**os.environ, WORLD: str(made)}, check=False)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
