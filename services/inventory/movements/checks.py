"""What is wrong with a movement by itself, before anything is looked up."""

from collections.abc import Iterable, Sequence

from core.names import is_readable
from core.problems import Problem
from services.inventory.movements.finding import is_storable, no_such_sku, no_such_warehouse
from services.inventory.movements.problems import (
    BadAdjustment,
    BadNote,
    BadSource,
    DuplicateSku,
    NoLines,
    TooManyLines,
)
from services.inventory.movements.records import Adjustment, AdjustmentReason, ReceiptDraft, Units
from services.inventory.problems import BadQuantity, BadReference
from services.inventory.rules import LARGEST_QUANTITY

MOST_LINES = 10_000
LONGEST_NAME = 100
LONGEST_NOTE = 500
# Which way a reason can change what is there: down, up, or either.
DIRECTIONS = {
    AdjustmentReason.COUNTED: 0,
    AdjustmentReason.DAMAGED: -1,
    AdjustmentReason.LOST: -1,
    AdjustmentReason.FOUND: 1,
    AdjustmentReason.RETURNED: 1,
    AdjustmentReason.OTHER: 0,
}


def check_receipt(draft: ReceiptDraft) -> list[Problem]:
    """All that is wrong with a receipt by itself."""
    problems: list[Problem] = []
    limits = f"has 1 to {LONGEST_NAME} characters that can be printed"
    if not is_readable(draft.source, most=LONGEST_NAME):
        problems.append(BadSource(message=f"A source {limits}.", path=("source",)))
    if not is_readable(draft.reference, most=LONGEST_NAME):
        problems.append(BadReference(message=f"A reference {limits}.", path=("reference",)))
    if not is_storable(draft.warehouse):
        problems.append(no_such_warehouse(draft.warehouse, "warehouse"))
    odd = [(number, line.sku) for number, line in enumerate(draft.lines) if not is_storable(line.sku)]
    problems += [no_such_sku(sku, "lines", str(number), "sku") for number, sku in odd]
    return problems + _check_count(draft.lines) + check_quantities(draft.lines)


def check_transfer(lines: Sequence[Units], note: str | None) -> list[Problem]:
    """All that is wrong with the lines of a transfer by themselves."""
    skus = [line.sku for line in lines]
    return _check_note(note) + _check_count(lines) + _check_twice(skus) + check_quantities(lines)


def check_adjustment(lines: Sequence[Adjustment], reason: AdjustmentReason, note: str | None) -> list[Problem]:
    """All that is wrong with an adjustment by itself."""
    problems = _check_note(note)
    if reason is AdjustmentReason.OTHER and not (note or "").strip():
        problems.append(BadNote(message="The reason OTHER needs a note that says what happened.", path=("note",)))
    problems += _check_count(lines) + _check_twice([line.sku for line in lines])
    for number, line in enumerate(lines):
        path = ("lines", str(number))
        if (line.change is None) == (line.count is None):
            problems.append(BadAdjustment(message="A line gives either a change or a count.", path=path))
        elif line.change is not None:
            problems += _check_change(line.change, DIRECTIONS[reason], reason, *path, "change")
        elif line.count is not None and not 0 <= line.count <= LARGEST_QUANTITY:
            message = f"A count is from 0 to {LARGEST_QUANTITY:,} units."
            problems.append(BadQuantity(message=message, path=(*path, "count")))
    return problems


def check_quantities(lines: Iterable[Units]) -> list[Problem]:
    """The lines with no units, fewer than none, or more than can be."""
    message = f"A quantity is from 1 to {LARGEST_QUANTITY:,} units."
    return [
        BadQuantity(message=message, path=("lines", str(number), "quantity"))
        for number, line in enumerate(lines)
        if not 1 <= line.quantity <= LARGEST_QUANTITY
    ]


def over_the_limit(*path: str) -> Problem:
    """That a level would have more units than it can."""
    return BadQuantity(message=f"A warehouse has at most {LARGEST_QUANTITY:,} units of a SKU.", path=path)


def _check_change(change: int, direction: int, reason: AdjustmentReason, *path: str) -> list[Problem]:
    if change == 0 or abs(change) > LARGEST_QUANTITY:
        message = f"A change is up to {LARGEST_QUANTITY:,} units more or fewer, and not zero."
        return [BadQuantity(message=message, path=path)]
    if change * direction < 0:
        way = "more" if direction > 0 else "fewer"
        return [BadQuantity(message=f"With the reason {reason.upper()} there can only be {way}.", path=path)]
    return []


def _check_count(lines: Sequence[object]) -> list[Problem]:
    if not lines:
        return [NoLines(message="There is no line.", path=("lines",))]
    if len(lines) > MOST_LINES:
        return [TooManyLines(message=f"There are at most {MOST_LINES:,} lines.", path=("lines",))]
    return []


def _check_twice(skus: Sequence[str]) -> list[Problem]:
    seen: set[str] = set()
    problems: list[Problem] = []
    for number, sku in enumerate(skus):
        if sku in seen:
            problems.append(
                DuplicateSku(message="This SKU stands further up already.", path=("lines", str(number), "sku"))
            )
        seen.add(sku)
    return problems


def _check_note(note: str | None) -> list[Problem]:
    if note is None or note == "" or is_readable(note, most=LONGEST_NOTE):
        return []
    message = f"A note has up to {LONGEST_NOTE} characters that can be printed."
    return [BadNote(message=message, path=("note",))]
