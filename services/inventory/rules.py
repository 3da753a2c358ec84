"""What follows from numbers alone."""

# Of a level, and so of all that moves.
LARGEST_QUANTITY = 10**9


def has_become_low(before: int, after: int, *, threshold: int) -> bool:
    """Whether what is available has just come down to the threshold or below it; false while it stays there."""
    return after <= threshold < before
