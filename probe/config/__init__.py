"""The configuration: YAML in, frozen values out, or every problem at once."""

from probe.config.document import DocumentError, Problem
from probe.config.load import Config, Receipt, load, parse
from probe.config.secrets import Secrets

__all__ = ["Config", "DocumentError", "Problem", "Receipt", "Secrets", "load", "parse"]
