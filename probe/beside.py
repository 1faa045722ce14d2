"""Calls that block, beside the event loop and not in its way."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def beside(call: Callable[[], T], name: str) -> T:
    """Run a call in a daemon thread of its own; what it raises is raised here.

    A server that is away can hold a call for many seconds, and an event loop's own threads cannot
    be left behind: they would delay the end of the service and take the threads from the others.
    """
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(call())
        except Exception as error:  # noqa: BLE001 - it is raised where it is awaited
            outcome.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await asyncio.wrap_future(outcome)
