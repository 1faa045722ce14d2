"""What all sections of the configuration have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator


class MisfitError(ValueError):
    """Several keys of a section do not fit together; `keys` are those to change."""

    def __init__(self, keys: str | tuple[str, ...], remedy: str) -> None:
        self.keys = (keys,) if isinstance(keys, str) else keys
        super().__init__(remedy)


class Section(BaseModel):
    """A section: unknown keys are refused, and nothing changes once it is read.

    `unsaid` is what it has where it says nothing, as one would write it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=False)

    unsaid: ClassVar[Mapping[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _filled_up(cls, given: Any) -> Any:
        return {**cls.unsaid, **given} if isinstance(given, dict) else given
