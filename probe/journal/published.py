"""The noticeboard as it is now: the one place where it changes, from whichever thread."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from probe.journal.noticeboard import Noticeboard, ReadOn
from probe.types import AddedWindow, Reading, Review

NOTHING = Noticeboard()


class Notices:
    """Holds the noticeboard of now; what changes it is a function from the old one to the new."""

    def __init__(
        self, board: Noticeboard = NOTHING, *, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.board = board
        self._changed = changed
        self._changing = threading.Lock()

    def change(self, step: Callable[[Noticeboard], Noticeboard]) -> tuple[Noticeboard, Noticeboard]:
        """Take a step; return what was known before and what is known now."""
        with self._changing:
            before = self.board
            self.board = after = step(before)
        if after is not before:
            self._changed()
        return before, after

    def publish(
        self, feed: str, reading: Reading, at: datetime, day: ReadOn, validators: Mapping[str, str]
    ) -> bool:
        """Note what a feed says now; return whether it says something else than before."""
        before, after = self.change(lambda board: board.publish(feed, reading, at, day, validators))
        return before.says(feed) != after.says(feed)

    def confirm(self, feed: str, at: datetime) -> None:
        """Note that a feed was asked and has not changed."""
        self.change(lambda board: board.confirm(feed, at))

    def review(self, review: Review) -> None:
        """Note what a person made of a notice."""
        self.change(lambda board: board.with_review(review))

    def put_window(self, window: AddedWindow) -> None:
        """Note that a person added a window, or ended one that was added."""
        self.change(lambda board: board.with_window(window))
