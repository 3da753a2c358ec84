"""The one rounding rule of the store.

Amounts are whole minor units, never below zero. A share of an amount is computed exactly and rounded once, half up: the
half of 5 is 3. What is split over several parts is not rounded part by part, which would lose or invent units: each
part gets its share rounded down, and the units that are then left go to the parts that lost most by it. There is no
float anywhere on the way.
"""

from collections.abc import Sequence


def share(amount: int, numerator: int, denominator: int) -> int:
    """`amount * numerator / denominator`, half up. Raises ValueError for what is below zero, and a denominator of 0."""
    if amount < 0 or numerator < 0 or denominator <= 0:
        raise ValueError(f"there is no share {numerator}/{denominator} of {amount}")
    return (2 * amount * numerator + denominator) // (2 * denominator)


def distribute(amount: int, weights: Sequence[int]) -> list[int]:
    """Split `amount` in proportion to `weights`; the parts come to exactly `amount`.

    Units that are left go to the largest remainders, among equals to the earlier. A part without weight gets nothing,
    and none gets more than its weight if the weights come to `amount` or more. Raises ValueError for what is below
    zero, and for an amount that nothing has weight to take; 0 can always be split.
    """
    total = sum(weights)
    if amount < 0 or any(weight < 0 for weight in weights) or (amount and not total):
        raise ValueError(f"{amount} cannot be split by {list(weights)}")
    if not total:
        return [0] * len(weights)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % total))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts
