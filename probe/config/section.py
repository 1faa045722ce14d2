"""What all sections of the configuration have in common."""

from pydantic import BaseModel, ConfigDict


class MisfitError(ValueError):
    """Several keys of a section do not fit together; `key` is the one to change first."""

    def __init__(self, key: str, remedy: str) -> None:
        self.key = key
        super().__init__(remedy)


class Section(BaseModel):
    """A section: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=False)
