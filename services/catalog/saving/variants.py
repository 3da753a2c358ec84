"""Writes the variants of a batch. They are known by SKU; those that a product no longer has are archived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.recordset import as_recordset
from models.catalog import Variant
from services.catalog.saving.batch import Entry, Refused
from services.unit_of_work import UnitOfWork

_COLUMNS = "id, product_id, sku, gtin, option_values, position, status"
_RECORD = """
    json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, product_id uuid, sku text, gtin text, option_values text[], position bigint, status text)
"""
_INSERT = sa.text(f"INSERT INTO variant ({_COLUMNS}) SELECT {_COLUMNS} FROM {_RECORD}")
_UPDATE = sa.text(
    f"""
    UPDATE variant SET sku = d.sku, gtin = d.gtin, option_values = d.option_values, position = d.position,
        status = d.status, updated_at = now()
    FROM {_RECORD} WHERE variant.id = d.id
    """
)
# Option values are unique within a product, at each row's write. So those that change are first moved out of the way.
_PARK = sa.text("UPDATE variant SET option_values = ARRAY[id::text] WHERE id = ANY(CAST(:ids AS uuid[]))")


class VariantRow(NamedTuple):
    """A row of the table."""

    id: UUID
    product_id: UUID
    sku: str
    gtin: str | None
    option_values: tuple[str, ...]
    position: int
    status: str


@dataclass(slots=True)
class _Plan:
    inserts: list[VariantRow] = field(default_factory=list)
    updates: list[VariantRow] = field(default_factory=list)
    parked: list[UUID] = field(default_factory=list)
    changed: set[UUID] = field(default_factory=set)


async def find_variants(unit: UnitOfWork, entries: Sequence[Entry]) -> Sequence[VariantRow]:
    """The variants that the entries' products have, and all others whose SKU an entry claims."""
    if not entries:
        return []
    skus = [variant.sku for entry in entries for variant in entry.draft.variants]
    products = [entry.product_id for entry in entries if not entry.is_new]
    columns = (getattr(Variant, name) for name in VariantRow._fields)
    statement = sa.select(*columns).where(
        sa.or_(
            Variant.product_id == sa.any_(sa.bindparam("products", products, type_=sa.ARRAY(sa.Uuid()))),
            Variant.sku == sa.any_(sa.bindparam("skus", skus, type_=sa.ARRAY(sa.Text()))),
        )
    )
    rows = [VariantRow(*row) for row in await unit.session.execute(statement)]
    return [row._replace(option_values=tuple(row.option_values)) for row in rows]


def foreign_skus(entries: Sequence[Entry], found: Sequence[VariantRow]) -> list[Refused]:
    """Entries that claim a SKU of another product, saved before or earlier in the batch."""
    owners = {row.sku: row.product_id for row in found}
    refused = []
    for entry in entries:
        taken = [v.sku for v in entry.draft.variants if owners.get(v.sku, entry.product_id) != entry.product_id]
        if taken:
            refused.append(Refused(entry.index, "sku", f"{', '.join(taken[:3])} belongs to another product"))
        else:
            owners.update((variant.sku, entry.product_id) for variant in entry.draft.variants)
    return refused


async def save_variants(unit: UnitOfWork, entries: Sequence[Entry], found: Sequence[VariantRow]) -> set[UUID]:
    """Write what differs; returns the ids of products whose variants changed and fills `Entry.variant_ids`."""
    present: dict[UUID, list[VariantRow]] = {}
    for row in found:
        present.setdefault(row.product_id, []).append(row)
    plan = _Plan()
    for entry in entries:
        _plan(entry, present.get(entry.product_id, ()), plan)
    if plan.parked:
        await unit.session.execute(_PARK, {"ids": plan.parked})
    for statement, rows in ((_UPDATE, plan.updates), (_INSERT, plan.inserts)):
        if rows:
            await unit.session.execute(statement, {"rows": as_recordset([row._asdict() for row in rows])})
    return plan.changed


def _plan(entry: Entry, present: Sequence[VariantRow], plan: _Plan) -> None:
    wanted = _matched(entry, {row.sku: row for row in present})
    entry.variant_ids = [row.id for row in wanted]
    kept = set(entry.variant_ids)
    values = {row.option_values for row in wanted}
    # An archived variant whose values another one has taken keeps them with its SKU, which makes them unique.
    vanished = [
        row._replace(
            status="archived",
            option_values=(*row.option_values, row.sku) if row.option_values in values else row.option_values,
        )
        for row in present
        if row.id not in kept
    ]
    before = {row.id: row for row in present}
    for row in (*wanted, *vanished):
        old = before.get(row.id)
        if old is None:
            plan.inserts.append(row)
        elif old != row:
            plan.updates.append(row)
            if old.option_values != row.option_values:
                plan.parked.append(row.id)
        else:
            continue
        plan.changed.add(entry.product_id)


def _matched(entry: Entry, present: Mapping[str, VariantRow]) -> list[VariantRow]:
    """The rows as they shall be. A new SKU with the options of one that vanished is that variant, renamed."""
    skus = {variant.sku for variant in entry.draft.variants}
    renamed = {row.option_values: row for sku, row in present.items() if sku not in skus}
    rows = []
    for position, variant in enumerate(entry.draft.variants):
        old = present.get(variant.sku) or renamed.pop(variant.option_values, None)
        rows.append(
            VariantRow(
                new_id() if old is None else old.id,
                entry.product_id,
                variant.sku,
                variant.gtin,
                variant.option_values,
                position,
                "active",
            )
        )
    return rows
