"""The one primitive that reserves: many claims in one transaction, in a number of statements that does not grow.

Locks are taken in the order that all of the store keeps: idempotency keys, then levels by variant and warehouse. A
claim that is refused leaves the rest of its batch whole.
"""

from collections.abc import Sequence

from core.ids import new_id
from core.problems import Rejected
from services.inventory.reservations.claims import Claim, check_form
from services.inventory.reservations.keys import KeyedClaims, Outcomes
from services.inventory.reservations.records import Granted, Refused
from services.inventory.reservations.writing import Batch, lock_levels
from services.unit_of_work import UnitOfWork


async def reserve(unit: UnitOfWork, claim: Claim, *, low_stock_units: int) -> Granted:
    """Hold what `claim` asks for. `low_stock_units` is the store's threshold for levels that have none of their own.

    Raises `Rejected`: OUT_OF_STOCK for each short line, NOT_FOUND, NOT_SOLD, BAD_QUANTITY, NOTHING_WANTED,
    TOO_MANY_LINES, BAD_HOLD, BAD_REFERENCE, BAD_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED.
    """
    (outcome,) = await reserve_many(unit, [claim], low_stock_units=low_stock_units)
    if isinstance(outcome, Refused):
        raise Rejected(*outcome.problems)
    return outcome


async def reserve_many(
    unit: UnitOfWork, claims: Sequence[Claim], *, low_stock_units: int
) -> Sequence[Granted | Refused]:
    """Hold what each claim asks for, earlier claims first; one outcome for each, in their order.

    Refusals are values here, with the problems that `reserve` raises, and do not concern the other claims.
    """
    outcomes: Outcomes = [Refused(problems) if (problems := check_form(claim)) else None for claim in claims]
    keyed = KeyedClaims(claims, [new_id() for _ in claims])
    await keyed.claim(unit, outcomes)
    waiting = [place for place, outcome in enumerate(outcomes) if outcome is None and not keyed.is_copy(place)]
    if waiting:
        batch = Batch(await lock_levels(unit, [claims[place] for place in waiting]))
        for place in waiting:
            outcomes[place] = batch.serve(claims[place], keyed.ids[place])
        await keyed.give_back(unit, [place for place in waiting if outcomes[place] is not None])
        granted = await batch.write(unit, low_stock_units=low_stock_units)
        for place in waiting:
            outcomes[place] = granted.get(keyed.ids[place], outcomes[place])
    return keyed.spread(outcomes)
