"""What people read, wherever it is shown: one sentence for each closed word."""

from collections.abc import Mapping

from probe.types import Cause

#: Why a failure says nothing of its target.
CAUSES: Mapping[Cause, str] = {
    Cause.NETWORK: "The probe's own network is down, so its failure says nothing.",
    Cause.STARVED: "The probe itself was late or out of resources, so its failure says nothing.",
}
