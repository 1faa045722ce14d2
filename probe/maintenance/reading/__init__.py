"""Reading published maintenance: one English text in, one reading out, and its words."""

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.page import read_page
from probe.maintenance.reading.text import fingerprint

__all__ = ["Context", "fingerprint", "read_notice", "read_page"]
