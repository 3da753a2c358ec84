"""Claims that are served from the same locked levels, and the one statement that writes all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.recordset import as_recordset
from services.inventory.events import LowStockReached, StockChanged
from services.inventory.reservations.allocating import Piece, serve
from services.inventory.reservations.claims import Claim, KnownVariant, check_variants
from services.inventory.reservations.records import (
    AllocationRecord,
    Granted,
    Refused,
    ReservationLineRecord,
    ReservationRecord,
)
from services.unit_of_work import UnitOfWork


@dataclass(slots=True)
class Shelf:
    """Locked levels: units that can be sold by variant and warehouse, and the thresholds of those that have one."""

    variants: dict[UUID, KnownVariant] = field(default_factory=dict)
    stock: dict[UUID, dict[UUID, int]] = field(default_factory=dict)
    thresholds: dict[tuple[UUID, UUID], int] = field(default_factory=dict)


async def lock_levels(unit: UnitOfWork, claims: Sequence[Claim]) -> Shelf:
    """Lock the levels that the claims may be served from, in the order of variant and warehouse."""
    variant_ids = {line.variant_id for claim in claims for line in claim.wanted}
    ranked = {key for claim in claims for key in claim.ranking or ()}
    everywhere = any(claim.ranking is None for claim in claims)
    rows = await unit.session.execute(
        _LOCK, {"variant_ids": list(variant_ids), "warehouse_ids": None if everywhere else list(ranked)}
    )
    shelf = Shelf()
    for variant_id, product_id, is_sold, warehouse_id, available, threshold in rows:
        shelf.variants[variant_id] = KnownVariant(product_id, is_sold)
        levels = shelf.stock.setdefault(variant_id, {})
        if warehouse_id is not None:
            levels[warehouse_id] = available
            if threshold is not None:
                shelf.thresholds[variant_id, warehouse_id] = threshold
    return shelf


class Batch:
    """Claims that are served from one shelf and written together."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._before = {key: dict(levels) for key, levels in shelf.stock.items()}
        self._granted: dict[UUID, tuple[Claim, Sequence[Piece], Sequence[ReservationLineRecord]]] = {}

    def serve(self, claim: Claim, reservation_id: UUID) -> Refused | None:
        """Take a claim's units off the shelf; None if it is granted."""
        if problems := check_variants(claim, self._shelf.variants):
            return Refused(problems)
        pieces, refusals = serve(claim, self._shelf.stock)
        if refusals:
            return Refused(refusals)
        held: dict[UUID, int] = {}
        for piece in pieces:
            held[piece.variant_id] = held.get(piece.variant_id, 0) + piece.quantity
        lines = [
            ReservationLineRecord(reservation_id, key, wanted, held.get(key, 0))
            for key, wanted in claim.demand().items()
        ]
        self._granted[reservation_id] = (claim, pieces, lines)
        return None

    async def write(self, unit: UnitOfWork, *, low_stock_units: int) -> Mapping[UUID, Granted]:
        """Write all that was granted, and publish what happened to the levels; the grants by reservation."""
        if not self._granted:
            return {}
        row = (await unit.session.execute(_WRITE, self._values())).one()
        changed = [
            (variant_id, warehouse_id)
            for variant_id, levels in self._shelf.stock.items()
            for warehouse_id, units in levels.items()
            if units != self._before[variant_id][warehouse_id]
        ]
        if row.levels != len(changed):
            raise AssertionError("A locked level was not there to be written.")
        variants = self._shelf.variants
        unit.publish(
            *(StockChanged(variants[key].product_id, key) for key in dict.fromkeys(key for key, _ in changed)),
            *self._lows(changed, low_stock_units),
        )
        return {key: _grant(key, *granted, at=row.at) for key, granted in self._granted.items()}

    def _values(self) -> Mapping[str, str]:
        holds: list[dict[str, object]] = []
        lines: list[dict[str, object]] = []
        pieces: list[dict[str, object]] = []
        for key, (claim, taken, wanted) in self._granted.items():
            seconds = claim.hold // timedelta(seconds=1)
            holds.append({"id": key, "seconds": seconds, "reference": claim.reference, "actor": claim.actor})
            lines += [line._asdict() for line in wanted]
            pieces += [{"reservation_id": key, "actor": claim.actor, **piece._asdict()} for piece in taken]
        return {"holds": as_recordset(holds), "lines": as_recordset(lines), "pieces": as_recordset(pieces)}

    def _lows(self, changed: Sequence[tuple[UUID, UUID]], low_stock_units: int) -> Sequence[LowStockReached]:
        found = []
        for variant_id, warehouse_id in changed:
            threshold = self._shelf.thresholds.get((variant_id, warehouse_id), low_stock_units)
            units = self._shelf.stock[variant_id][warehouse_id]
            if units <= threshold < self._before[variant_id][warehouse_id]:
                product_id = self._shelf.variants[variant_id].product_id
                found.append(LowStockReached(product_id, variant_id, warehouse_id, units, threshold))
        return found


def _grant(
    key: UUID, claim: Claim, pieces: Sequence[Piece], lines: Sequence[ReservationLineRecord], *, at: datetime
) -> Granted:
    expires_at = at + timedelta(seconds=claim.hold // timedelta(seconds=1))
    reservation = ReservationRecord(key, "held", expires_at, 0, claim.reference, claim.actor, at, None)
    return Granted(reservation, lines, [AllocationRecord(key, *piece) for piece in pieces])


# The rows of a CTE with FOR UPDATE are the newest versions, also of levels that another transaction has changed while
# this one waited for them.
_LOCK = sa.text(
    """
    WITH locked AS MATERIALIZED (
        SELECT l.variant_id, l.warehouse_id, l.on_hand - l.reserved AS available, l.low_stock_units, w.code
        FROM inventory_level l JOIN warehouse w ON w.id = l.warehouse_id
        WHERE l.variant_id = ANY(:variant_ids) AND w.is_active
            AND (CAST(:warehouse_ids AS uuid[]) IS NULL OR l.warehouse_id = ANY(:warehouse_ids))
        ORDER BY l.variant_id, l.warehouse_id
        FOR UPDATE OF l
    )
    SELECT v.id, v.product_id, v.status = 'active' AND p.status = 'active', warehouse_id, available, low_stock_units
    FROM variant v JOIN product p ON p.id = v.product_id LEFT JOIN locked ON locked.variant_id = v.id
    WHERE v.id = ANY(:variant_ids)
    ORDER BY locked.code
    """
).bindparams(
    sa.bindparam("variant_ids", type_=sa.ARRAY(sa.Uuid())), sa.bindparam("warehouse_ids", type_=sa.ARRAY(sa.Uuid()))
)
_WRITE = sa.text(
    """
    WITH hold AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:holds AS json)) AS d(id uuid, seconds int, reference text, actor text)
    ), piece AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:pieces AS json))
            AS d(reservation_id uuid, actor text, variant_id uuid, warehouse_id uuid, quantity bigint)
    ), held AS (
        INSERT INTO reservation (id, status, expires_at, reference, actor)
        SELECT id, 'held', now() + make_interval(secs => seconds), reference, actor FROM hold
    ), lines AS (
        INSERT INTO reservation_line (reservation_id, variant_id, wanted, quantity)
        SELECT reservation_id, variant_id, wanted, quantity FROM json_to_recordset(CAST(:lines AS json))
            AS d(reservation_id uuid, variant_id uuid, wanted bigint, quantity bigint)
    ), allocated AS (
        INSERT INTO allocation (reservation_id, variant_id, warehouse_id, quantity)
        SELECT reservation_id, variant_id, warehouse_id, quantity FROM piece
    ), logged AS (
        INSERT INTO inventory_ledger_entry
            (variant_id, warehouse_id, on_hand_change, reserved_change, reason, reference_id, actor)
        SELECT variant_id, warehouse_id, 0, quantity, 'reservation', reservation_id, actor FROM piece
    ), taken AS (
        UPDATE inventory_level AS level SET reserved = level.reserved + d.quantity, version = level.version + 1
        FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity FROM piece GROUP BY 1, 2) AS d
        WHERE level.variant_id = d.variant_id AND level.warehouse_id = d.warehouse_id
        RETURNING 1
    )
    SELECT now() AS at, (SELECT count(*) FROM taken) AS levels
    """
)
