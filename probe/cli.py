"""The commands."""


def main() -> None:
    """Run the command that the command line names."""
