"""How a command says what is wrong with what it was given."""

import typer

BAD = 2


def refuse(error: Exception) -> int:
    """Print an error on standard error and return the exit status for it."""
    typer.echo(str(error), err=True)
    return BAD
