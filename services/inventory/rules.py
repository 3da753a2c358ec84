"""What follows from numbers of units alone."""


def has_become_low(before: int, after: int, *, threshold: int) -> bool:
    """Whether what is available has just come down to the threshold or below it; false while it stays there."""
    return after <= threshold < before
