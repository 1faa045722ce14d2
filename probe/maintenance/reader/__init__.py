"""Reading published maintenance: one English text in, one reading out, and its words."""

from probe.maintenance.reader.context import Context
from probe.maintenance.reader.notice import read_notice
from probe.maintenance.reader.page import read_page
from probe.maintenance.reader.text import fingerprint

__all__ = ["Context", "fingerprint", "read_notice", "read_page"]
