"""Was it announced? Reading notices, recurrence, the calendar of windows: all pure."""
