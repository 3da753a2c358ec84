"""Compares levels with what they must equal: sums of the ledger, and the allocations of reservations that are held."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.ids import new_id
from models.inventory import InventoryReconciliation
from services.jobs import Job
from services.unit_of_work import UnitOfWork

_SLICE = 5_000
# A report of more is no easier to act on.
_MOST_REPORTED = 1_000

log = structlog.get_logger(__name__)


class ReconciliationRecord(NamedTuple):
    """One comparison. A discrepancy is a JSON object: variant_id, warehouse_id, and for on_hand and reserved what the
    level `is`, and what it should be by the `ledger` and by what is `held`, hence Any. At most 1,000 are kept."""

    id: UUID
    started_at: datetime
    finished_at: datetime
    levels_checked: int
    discrepancies: list[dict[str, Any]]


async def reconcile(unit: UnitOfWork, *, slice_size: int = _SLICE) -> ReconciliationRecord:
    """Compare all levels and keep the result. Writes nothing else and waits for nobody: each slice of variants is read
    by one statement, so it is consistent in itself, and stock may move meanwhile."""
    started_at = (await unit.session.execute(_NOW)).scalar_one()
    after, is_last = UUID(int=0), False
    checked = 0
    found: list[dict[str, Any]] = []
    while not is_last:
        upto = await unit.session.scalar(_UPTO, {"after": after, "size": slice_size})
        # Behind the last level there may still be entries of a ledger whose level is gone.
        is_last, end = upto is None, upto or UUID(int=2**128 - 1)
        row = (await unit.session.execute(_COMPARE, {"after": after, "upto": end})).one()
        checked += row.checked
        found += row.discrepancies
        after = end
    values = {
        "id": new_id(),
        "started_at": started_at,
        "finished_at": (await unit.session.execute(_NOW)).scalar_one(),
        "levels_checked": checked,
        "discrepancies": found[:_MOST_REPORTED],
    }
    await unit.session.execute(sa.insert(InventoryReconciliation).values(values))
    return ReconciliationRecord(**values)


async def _run(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # the payload is any JSON
    report = await reconcile(unit)
    if report.discrepancies:
        log.error("inventory_discrepancies", count=len(report.discrepancies), first=report.discrepancies[0])


RECONCILE = Job("inventory.reconcile", _run, schedule="23 * * * *", statement_seconds=120.0)

_NOW = sa.text("SELECT clock_timestamp()")
_UPTO = sa.text(
    """
    SELECT variant_id FROM (
        SELECT variant_id FROM inventory_level WHERE variant_id > :after ORDER BY variant_id LIMIT :size
    ) one ORDER BY variant_id DESC LIMIT 1
    """
)
_COMPARE = sa.text(
    """
    WITH levels AS (
        SELECT variant_id, warehouse_id, on_hand, reserved FROM inventory_level
        WHERE variant_id > :after AND variant_id <= :upto
    ), entries AS (
        SELECT variant_id, warehouse_id,
               sum(on_hand_change)::bigint AS on_hand, sum(reserved_change)::bigint AS reserved
        FROM inventory_ledger_entry WHERE variant_id > :after AND variant_id <= :upto
        GROUP BY variant_id, warehouse_id
    ), held AS (
        SELECT a.variant_id, a.warehouse_id, sum(a.quantity)::bigint AS reserved
        FROM allocation a JOIN reservation r ON r.id = a.reservation_id AND r.status = 'held'
        WHERE a.variant_id > :after AND a.variant_id <= :upto
        GROUP BY a.variant_id, a.warehouse_id
    ), compared AS (
        SELECT variant_id, warehouse_id,
               coalesce(l.on_hand, 0) AS on_hand, coalesce(e.on_hand, 0) AS on_hand_in_ledger,
               coalesce(l.reserved, 0) AS reserved, coalesce(e.reserved, 0) AS reserved_in_ledger,
               coalesce(h.reserved, 0) AS held
        FROM levels l
        FULL JOIN entries e USING (variant_id, warehouse_id)
        FULL JOIN held h USING (variant_id, warehouse_id)
    )
    SELECT (SELECT count(*) FROM levels) AS checked, coalesce(json_agg(json_build_object(
        'variant_id', variant_id, 'warehouse_id', warehouse_id,
        'on_hand', json_build_object('is', on_hand, 'ledger', on_hand_in_ledger),
        'reserved', json_build_object('is', reserved, 'ledger', reserved_in_ledger, 'held', held)
    ) ORDER BY variant_id, warehouse_id), '[]') AS discrepancies
    FROM compared
    WHERE on_hand <> on_hand_in_ledger OR reserved <> reserved_in_ledger OR reserved <> held
    """
).columns(checked=sa.BigInteger(), discrepancies=sa.JSON())
