"""What follows from numbers and texts alone."""

import unicodedata

# Of a level, and so of all that moves.
LARGEST_QUANTITY = 10**9


def has_become_low(before: int, after: int, *, threshold: int) -> bool:
    """Whether what is available has just come down to the threshold or below it; false while it stays there."""
    return after <= threshold < before


def is_readable(text: str, *, most: int) -> bool:
    """Whether a text has from 1 to `most` characters, none of which controls anything, and is not blank."""
    return (
        0 < len(text) <= most
        and bool(text.strip())
        and not any(unicodedata.category(sign) in _UNREADABLE for sign in text)
    )


_UNREADABLE = {"Cc", "Cs"}
