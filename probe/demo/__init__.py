"""The whole story in about a minute, against servers of its own on loopback."""
