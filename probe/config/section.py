"""What all sections of the configuration have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

from probe.config.exposure import Exposure


class Section(BaseModel):
    """A section: unknown keys are refused, and nothing changes once it is read.

    `unsaid` is what it has where it says nothing, as one would write it. What several keys say
    together is checked at the last of them, against those `before` it.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    unsaid: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def exposures(cls, given: Mapping[str, Any]) -> Mapping[str, Exposure]:  # noqa: ARG003  (for sections that look)
        """Return what may be shown of the keys of which their type alone does not tell it."""
        return {}

    @model_validator(mode="before")
    @classmethod
    def _filled_up(cls, given: Any) -> Any:
        return {**cls.unsaid, **given} if isinstance(given, dict) else given


def before(info: ValidationInfo, *names: str) -> tuple[Any, ...] | None:
    """Return the values of fields that are declared before this one; None if one of them is bad.

    So keys are held against each other whenever they are good, whatever else is wrong.
    """
    return tuple(info.data[name] for name in names) if info.data.keys() >= {*names} else None
