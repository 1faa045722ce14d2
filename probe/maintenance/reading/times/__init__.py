"""Dates, times, repetitions and lengths: words to intervals."""
