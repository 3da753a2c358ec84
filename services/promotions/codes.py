"""The one form of a coupon's code, whatever shoppers type."""

import unicodedata

SHORTEST_CODE = 3
LONGEST_CODE = 40
_LONGEST_SPELLING = 200
# Unassigned signs, controls, halves of surrogate pairs and the like; spaces and hyphens were left out before.
_NO_SIGNS = ("C", "Z")


def code_key(text: str) -> str:
    """`text` in compatibility form (NFKC), casefolded, without spaces and hyphens of any kind.

    Empty for what no code is like: fewer than 3 signs then or more than 40, or signs that cannot be seen.
    """
    if len(text) > _LONGEST_SPELLING:
        return ""
    # Folding may undo the compatibility form, so it is made again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    key = "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Pd")
    if not SHORTEST_CODE <= len(key) <= LONGEST_CODE:
        return ""
    return "" if any(unicodedata.category(sign).startswith(_NO_SIGNS) for sign in key) else key
