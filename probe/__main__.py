"""`python -m probe` is `spot-probe`."""

from probe.cli import main

main()
