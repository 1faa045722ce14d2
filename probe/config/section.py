"""What all sections of the configuration have in common."""

from pydantic import BaseModel, ConfigDict


class MisfitError(ValueError):
    """Several keys of a section do not fit together; `keys` are those to change."""

    def __init__(self, keys: str | tuple[str, ...], remedy: str) -> None:
        self.keys = (keys,) if isinstance(keys, str) else keys
        super().__init__(remedy)


class Section(BaseModel):
    """A section: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=False)
