"""Our program in processes of its own, each forked from one that has already imported it.

Most of an interpreter's second to start is imports, so a fork costs a hundredth of it. Arguments,
output, signals, exit status and memory are a real process's; only `exec` is left out.
"""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import Process
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from probe.cli import main

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class Program:
    """A running command, with the face that asyncio gives to processes."""

    process: ForkServerProcess
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.process.pid is not None
        return self.process.pid

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.process.exitcode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Wait for its end; its exit status, negative for the signal that ended it."""
        await asyncio.to_thread(self.process.join)
        assert self.process.exitcode is not None
        return self.process.exitcode


async def forked(
    *arguments: str, largest_file: int = resource.RLIM_INFINITY, descriptors: int = 1024
) -> Program:
    """Start a command; no file that it writes grows larger than so many bytes.

    It may have so many descriptors open, and no more.
    """
    out, to_out = FORKS.Pipe(duplex=False)
    err, to_err = FORKS.Pipe(duplex=False)
    process = FORKS.Process(
        target=_begin, args=(arguments, largest_file, descriptors, to_out, to_err)
    )
    process.start()
    to_out.close()
    to_err.close()
    return Program(process, await _reader(out), await _reader(err))


async def said(program: Program | Process) -> tuple[int, str, str]:
    """Wait for a program's end; its exit status and what it said."""
    assert program.stdout is not None
    assert program.stderr is not None
    out, err = await asyncio.gather(program.stdout.read(), program.stderr.read())
    return await program.wait(), out.decode(), err.decode()


async def _reader(pipe: Connection) -> asyncio.StreamReader:
    """Return what reads from a pipe, and take the pipe over."""
    reader = asyncio.StreamReader()
    with pipe:
        end = os.fdopen(os.dup(pipe.fileno()), "rb")
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, end)
    return reader


def _begin(
    arguments: tuple[str, ...],
    largest_file: int,
    descriptors: int,
    to_out: Connection,
    to_err: Connection,
) -> None:
    """Be the command, in the new process."""
    os.dup2(to_out.fileno(), sys.stdout.fileno())
    os.dup2(to_err.fileno(), sys.stderr.fileno())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    sys.argv = ["spot-probe", *arguments]
    main()
