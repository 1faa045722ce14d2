"""The reader of these tests: the words by which notices name the components."""

from datetime import date

from probe.maintenance.reading.context import Context

WORDS = {
    "spot": ("SPOT", "Secure Provider Online Tool"),
    "idm": ("IDM", "Identity Management", "EIDM"),
    "mfa_email": (
        "MFA codes issued through email",
        "multi-factor authentication (MFA) codes issued through email",
        "MFA codes by e-mail",
    ),
}


def a_context(
    day: date = date(2024, 5, 29),
    *,
    borne: bool = True,
    timezone: str = "America/New_York",
    component: str = "site",
) -> Context:
    """Wednesday, May 29, 2024, in New York, unless a test says otherwise."""
    return Context(day=day, day_is_borne=borne, timezone=timezone, component=component, words=WORDS)
