"""The configuration: YAML in, frozen values out, or every problem at once."""

from probe.config.document import DocumentError, Problem
from probe.config.load import Config, Receipt, load, parse
from probe.config.secrets import Secrets
from probe.config.shard import WHOLE, Shard

__all__ = [
    "WHOLE",
    "Config",
    "DocumentError",
    "Problem",
    "Receipt",
    "Secrets",
    "Shard",
    "load",
    "parse",
]
