"""The one kind of error that is a person's to mend."""


class Refusal(Exception):  # noqa: N818  (it says what was done, like the reasons do)
    """What a person wrote or asked for cannot be done; the message names the place and a remedy."""
