"""`spot-probe`, also as `python -m probe`."""

import signal
import sys

# The service takes SIGHUP for a reload, and importing it takes long enough for one to come before
# it can: such a signal would end the process, so it waits in the kernel until the service asks.
if sys.argv[1:2] == ["run"]:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})

from probe.cli import main

if __name__ == "__main__":
    main()
