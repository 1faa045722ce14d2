"""The configuration: YAML in, frozen values out, or every problem at once."""

from probe.config.document import DocumentError, Problem
from probe.config.load import Config, Receipt, load, parse

__all__ = ["Config", "DocumentError", "Problem", "Receipt", "load", "parse"]
