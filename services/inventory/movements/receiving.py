"""Goods that come in from suppliers, each receipt once: a replay is told apart from another receipt by its content."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from core.ids import new_id
from core.problems import Problem, Rejected
from core.recordset import as_recordset
from models.inventory import LedgerReason
from services.idempotency import hash_input
from services.inventory.events import StockReceived
from services.inventory.movements.checks import check_receipt, over_the_limit
from services.inventory.movements.finding import find_movable, find_variants, no_such_warehouse, unknown_skus
from services.inventory.movements.levels import Change, LockedLevel, Place, change_levels, lock_levels
from services.inventory.movements.problems import ReceiptConflict
from services.inventory.movements.records import (
    Mover,
    ReceiptDraft,
    ReceiptRecord,
    Received,
    RefusedReceipt,
)
from services.inventory.rules import LARGEST_QUANTITY
from services.unit_of_work import UnitOfWork

Outcome = Received | RefusedReceipt
# Source and reference.
Name = tuple[str, str]


async def receive(unit: UnitOfWork, draft: ReceiptDraft, *, by: Mover) -> Received:
    """Count one receipt. Raises `Rejected` with all that is wrong with it, as `receive_many` lists it."""
    (outcome,) = await receive_many(unit, [draft], by=by)
    if isinstance(outcome, RefusedReceipt):
        raise Rejected(*outcome.problems)
    return outcome


async def receive_many(unit: UnitOfWork, drafts: Sequence[ReceiptDraft], *, by: Mover) -> Sequence[Outcome]:
    """Count receipts, each wholly or not at all, in a constant number of statements; the outcomes in their order.

    One that came before changes nothing and is answered as the first time; other goods under the same source and
    reference are refused (RECEIPT_CONFLICT). Also refused: NOT_FOUND (SKU, warehouse), BAD_QUANTITY (below 1, or a
    level would have more than a thousand million), BAD_SOURCE, BAD_REFERENCE, NO_LINES, TOO_MANY_LINES.
    """
    return await _Batch(unit, [_entry(draft, by) for draft in drafts], by).run()


class _Entry(NamedTuple):
    """A receipt with what is wrong with it by itself; if that is anything, it has no units and no hash."""

    draft: ReceiptDraft
    name: Name
    problems: Sequence[Problem]
    units: Mapping[str, int]
    content_hash: str


def _entry(draft: ReceiptDraft, by: Mover) -> _Entry:
    # Two sellers may number their deliveries alike.
    source = draft.source if by.seller_id is None else f"seller {by.seller_id}: {draft.source}"
    name = (source, draft.reference)
    if problems := check_receipt(draft):
        return _Entry(draft, name, problems, {}, "")
    units: dict[str, int] = {}
    for sku, quantity in draft.lines:
        units[sku] = units.get(sku, 0) + quantity
    return _Entry(draft, name, (), units, hash_input([draft.warehouse, units]))


class _Batch:
    """One run of `receive_many`. What is decided about an entry stands in `outcomes`, by its place."""

    def __init__(self, unit: UnitOfWork, entries: Sequence[_Entry], by: Mover) -> None:
        self.unit = unit
        self.entries = entries
        self.by = by
        self.outcomes: dict[int, Outcome] = {}
        self.first: dict[Name, int] = {}

    async def run(self) -> Sequence[Outcome]:
        for index, entry in enumerate(self.entries):
            if entry.problems:
                self.outcomes[index] = RefusedReceipt(entry.problems)
            else:
                self.first.setdefault(entry.name, index)
        self._settle(await self._find_earlier(self.first))
        waiting = [index for index in self.first.values() if index not in self.outcomes]
        if waiting:
            await self._count(waiting)
        for index, entry in enumerate(self.entries):
            if index not in self.outcomes:
                self.outcomes[index] = self._as_first(entry, self.first[entry.name])
        return [self.outcomes[index] for index in range(len(self.entries))]

    def _as_first(self, entry: _Entry, first: int) -> Outcome:
        """The outcome of a receipt whose number stands further up in the same batch."""
        outcome = self.outcomes[first]
        if entry.content_hash != self.entries[first].content_hash:
            return _conflict(entry)
        return Received(outcome.receipt, is_replay=True) if isinstance(outcome, Received) else outcome

    async def _count(self, waiting: Sequence[int]) -> None:
        """Write those that can be: first levels are locked, in order, and then receipts are inserted, in order, so
        that batches with the same receipts wait for each other and never in a circle."""
        places = await self._places(waiting)
        wanted = {place for of_entry in places.values() for place in of_entry}
        locked = await lock_levels(self.unit, wanted, make=wanted)
        changes = self._within_limits(places, locked)
        receipts = await self._insert(changes)
        self._settle(await self._find_earlier([self.entries[i].name for i in changes.keys() - receipts.keys()]))
        flat = [
            Change(place, quantity, LedgerReason.RECEIPT, receipts[index].id)
            for index in receipts
            for place, quantity in changes[index].items()
        ]
        await self._insert_lines(flat)
        # Levels only grow here, so no threshold is crossed downwards.
        await change_levels(self.unit, flat, locked, actor=self.by.actor, low_stock_units=0)
        self.unit.publish(*(StockReceived(receipt.id, receipt.warehouse_id) for receipt in receipts.values()))
        for index, receipt in receipts.items():
            self.outcomes[index] = Received(receipt, is_replay=False)

    async def _places(self, waiting: Sequence[int]) -> Mapping[int, Mapping[Place, int]]:
        """The units for each level of those receipts that name only what exists."""
        entries = {index: self.entries[index] for index in waiting}
        warehouses = await find_movable(self.unit, {one.draft.warehouse for one in entries.values()}, by=self.by)
        variants = await find_variants(self.unit, {sku for one in entries.values() for sku in one.units})
        places: dict[int, Mapping[Place, int]] = {}
        for index, entry in entries.items():
            problems = unknown_skus(entry.draft.lines, variants)
            if entry.draft.warehouse not in warehouses:
                problems.insert(0, no_such_warehouse(entry.draft.warehouse, "warehouse"))
            if problems:
                self.outcomes[index] = RefusedReceipt(problems)
            else:
                warehouse_id = warehouses[entry.draft.warehouse]
                places[index] = {(variants[sku], warehouse_id): units for sku, units in entry.units.items()}
        return places

    def _within_limits(
        self, places: Mapping[int, Mapping[Place, int]], locked: Mapping[Place, LockedLevel]
    ) -> dict[int, Mapping[Place, int]]:
        """Those receipts after which, and after the ones before them, no level has more than it can have."""
        on_hand = {place: level.on_hand for place, level in locked.items()}
        kept: dict[int, Mapping[Place, int]] = {}
        for index, units in places.items():
            too_much = [place for place, quantity in units.items() if on_hand[place] + quantity > LARGEST_QUANTITY]
            if too_much:
                self.outcomes[index] = RefusedReceipt([over_the_limit("lines")])
                continue
            kept[index] = units
            for place, quantity in units.items():
                on_hand[place] += quantity
        return kept

    async def _insert(self, changes: Mapping[int, Mapping[Place, int]]) -> Mapping[int, ReceiptRecord]:
        """The receipts that are new. Others have come from elsewhere since this batch looked."""
        if not changes:
            return {}
        rows = [
            {
                "id": new_id(),
                "source": self.entries[index].name[0],
                "reference": self.entries[index].name[1],
                "warehouse_id": next(iter(units))[1],
                "content_hash": self.entries[index].content_hash,
                "actor": self.by.actor,
            }
            for index, units in changes.items()
        ]
        found = await self.unit.session.execute(_INSERT, {"rows": as_recordset(rows)})
        return {self.first[row.source, row.reference]: ReceiptRecord._make(row) for row in found}

    async def _insert_lines(self, changes: Sequence[Change]) -> None:
        rows = [
            {"receipt_id": change.reference_id, "variant_id": change.place[0], "quantity": change.units}
            for change in changes
        ]
        if rows:
            await self.unit.session.execute(_INSERT_LINES, {"rows": as_recordset(rows)})

    async def _find_earlier(self, names: Collection[Name]) -> Mapping[Name, tuple[ReceiptRecord, str]]:
        """Receipts with these names that are committed, with the hashes of their content."""
        if not names:
            return {}
        rows = as_recordset([{"source": source, "reference": reference} for source, reference in names])
        found = await self.unit.session.execute(_FIND, {"rows": rows})
        return {(row.source, row.reference): (ReceiptRecord._make(row[:-1]), row.content_hash) for row in found}

    def _settle(self, earlier: Mapping[Name, tuple[ReceiptRecord, str]]) -> None:
        for name, (receipt, content_hash) in earlier.items():
            entry = self.entries[self.first[name]]
            is_same = content_hash == entry.content_hash
            self.outcomes[self.first[name]] = Received(receipt, is_replay=True) if is_same else _conflict(entry)


def _conflict(entry: _Entry) -> RefusedReceipt:
    message = "This reference was used before for another warehouse or other goods."
    return RefusedReceipt([ReceiptConflict(message=message, path=("reference",))])


_COLUMNS = "r.id, r.source, r.reference, r.warehouse_id, r.actor, r.received_at"
_FIND = sa.text(
    f"""
    SELECT {_COLUMNS}, r.content_hash
    FROM json_to_recordset(CAST(:rows AS json)) AS g(source text, reference text)
    JOIN supplier_receipt r ON r.source = g.source AND r.reference = g.reference
    """
)
_INSERT = sa.text(
    f"""
    INSERT INTO supplier_receipt AS r (id, source, reference, warehouse_id, content_hash, actor)
    SELECT id, source, reference, warehouse_id, content_hash, actor
    FROM json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, source text, reference text, warehouse_id uuid, content_hash text, actor text)
    ORDER BY source, reference
    ON CONFLICT (source, reference) DO NOTHING
    RETURNING {_COLUMNS}
    """
)
_INSERT_LINES = sa.text(
    """
    INSERT INTO supplier_receipt_line (receipt_id, variant_id, quantity)
    SELECT receipt_id, variant_id, quantity
    FROM json_to_recordset(CAST(:rows AS json)) AS d(receipt_id uuid, variant_id uuid, quantity bigint)
    """
)
