"""Which targets of a configuration one of several probes takes."""

import re
import zlib
from dataclasses import dataclass

_SHARD = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th of `count` parts, counted from 1; a target's name alone decides its part."""

    number: int
    count: int

    def has(self, name: str) -> bool:
        """Return whether a target belongs to this part."""
        return zlib.crc32(name.encode()) % self.count == self.number - 1


WHOLE = Shard(1, 1)


def shard(text: str) -> Shard:
    """Return the part that `1/3` means; raises ValueError for what is none."""
    found = _SHARD.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise ValueError(f"{text!r} is no shard; write 1/3 for the first of three")
    return Shard(int(found[1]), int(found[2]))
