"""Mutations of stock and warehouses."""

from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import islice
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from core.problems import Denied, Rejected
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.mutation import Outcome, attempt, commit, commit_once
from schema.inputs.inventory import (
    AdjustStockInput,
    ImportReceiptsInput,
    ReceiveStockInput,
    SaveWarehouseInput,
    SetLowStockThresholdInput,
    StockLineInput,
    TransferStockInput,
)
from services.accounts.tokens import Role
from services.inventory import movements
from services.inventory.importing import ImportedReceipt, ImportStatus, import_receipts
from services.inventory.listing import find_receipts
from services.inventory.movements import Adjustment, Movement, Mover, ReceiptDraft, Received, Units
from services.inventory.problems import TooManyReceipts
from services.inventory.receipt_texts import WrittenReceipt, read_receipts
from services.inventory.records import LevelRecord, WarehouseRecord
from services.inventory.warehouses import WarehousePlan, save_warehouse
from services.unit_of_work import UnitOfWork

MOST_RECEIPTS = 1_000


class ImportReport(NamedTuple):
    """What became of each receipt of an upload."""

    receipts: Sequence[ImportedReceipt]

    @property
    def accepted(self) -> int:
        return self._number(ImportStatus.ACCEPTED)

    @property
    def replayed(self) -> int:
        return self._number(ImportStatus.REPLAYED)

    @property
    def refused(self) -> int:
        return self._number(ImportStatus.REFUSED)

    def _number(self, status: ImportStatus) -> int:
        return sum(receipt.status is status for receipt in self.receipts)


async def receive_stock(
    info: Info, input: Annotated[ReceiveStockInput, strawberry.argument(description="What has come in.")]
) -> Outcome[Received]:
    draft = ReceiptDraft(input.source, input.reference, input.warehouse, _units(input.lines))
    by = _mover(info)
    return await commit_once(
        info,
        attempt(info, "receiveStock", input.idempotency_key, strawberry.asdict(input)),
        lambda unit: movements.receive(unit, draft, by=by),
        answer=lambda received: {"receipt": received.receipt.id, "is_replay": received.is_replay},
        restore=_restore_receipt,
    )


async def import_receipts_of(
    info: Info, input: Annotated[ImportReceiptsInput, strawberry.argument(description="The receipts.")]
) -> Outcome[ImportReport]:
    by = _mover(info)
    try:
        written = _read(input)
    except Rejected as refusal:
        return Outcome(None, refusal.problems)

    async def run(unit: UnitOfWork) -> ImportReport:
        return ImportReport(await import_receipts(unit, written, by=by))

    return await commit_once(
        info,
        attempt(info, "importReceipts", input.idempotency_key, strawberry.asdict(input)),
        run,
        answer=lambda report: {"receipts": [receipt.as_json() for receipt in report.receipts]},
        restore=_restore_report,
    )


async def adjust_stock(
    info: Info, input: Annotated[AdjustStockInput, strawberry.argument(description="What is found.")]
) -> Outcome[Movement]:
    lines = [Adjustment(line.sku, line.change, line.count) for line in bounded("lines", input.lines)]
    by, low = _mover(info), info.context.settings.inventory.low_stock_units
    return await commit_once(
        info,
        attempt(info, "adjustStock", input.idempotency_key, strawberry.asdict(input)),
        lambda unit: movements.adjust(
            unit,
            warehouse=input.warehouse,
            reason=input.reason,
            lines=lines,
            note=input.note,
            by=by,
            low_stock_units=low,
        ),
        answer=_keep_movement,
        restore=_restore_movement,
    )


async def transfer_stock(
    info: Info, input: Annotated[TransferStockInput, strawberry.argument(description="What goes where.")]
) -> Outcome[Movement]:
    lines = _units(input.lines)
    by, low = _mover(info), info.context.settings.inventory.low_stock_units
    return await commit_once(
        info,
        attempt(info, "transferStock", input.idempotency_key, strawberry.asdict(input)),
        lambda unit: movements.transfer(
            unit, source=input.source, target=input.target, lines=lines, note=input.note, by=by, low_stock_units=low
        ),
        answer=_keep_movement,
        restore=_restore_movement,
    )


async def set_low_stock_threshold(
    info: Info, input: Annotated[SetLowStockThresholdInput, strawberry.argument(description="The threshold.")]
) -> Outcome[LevelRecord]:
    return await commit(
        info,
        movements.set_low_stock_threshold,
        warehouse=input.warehouse,
        sku=input.sku,
        units=input.units,
        by=_mover(info),
        low_stock_units=info.context.settings.inventory.low_stock_units,
    )


async def save_warehouse_of(
    info: Info, input: Annotated[SaveWarehouseInput, strawberry.argument(description="The warehouse.")]
) -> Outcome[WarehouseRecord]:
    plan = WarehousePlan(
        code=input.code,
        name=input.name,
        country=input.country,
        postal_code=input.postal_code,
        latitude=input.latitude,
        longitude=input.longitude,
        seller_id=None if input.seller is None else decode_id_of("Seller", input.seller),
        is_active=input.is_active,
    )
    return await commit(info, save_warehouse, plan)


def _mover(info: Info) -> Mover:
    """Who the caller is to stock; raises `Denied` for a seller's token that names no seller."""
    caller = info.context.principal
    if caller.role is Role.SELLER and caller.seller_id is None:
        raise Denied("FORBIDDEN", "This token does not name a seller.")
    return Mover(caller.subject, caller.seller_id)


def _units(lines: Sequence[StockLineInput]) -> Sequence[Units]:
    return [Units(line.sku, line.quantity) for line in bounded("lines", lines)]


def _read(input: ImportReceiptsInput) -> Sequence[WrittenReceipt]:
    """The receipts of an upload. Raises `Rejected` (BAD_HEADER, TOO_MANY_RECEIPTS)."""
    written = list(islice(read_receipts(StringIO(input.content, newline=""), input.format), MOST_RECEIPTS + 1))
    if len(written) > MOST_RECEIPTS:
        message = f"An upload has at most {MOST_RECEIPTS:,} receipts."
        raise Rejected(TooManyReceipts(message=message, path=("content",)))
    return written


# What was kept of a first answer is JSON, hence Any.
async def _restore_receipt(unit: UnitOfWork, answer: Mapping[str, Any]) -> Received:
    key = UUID(answer["receipt"])
    found = await find_receipts(unit.session, [key])
    return Received(found[key], answer["is_replay"])


async def _restore_report(unit: UnitOfWork, answer: Mapping[str, Any]) -> ImportReport:
    return ImportReport([ImportedReceipt.restore(receipt) for receipt in answer["receipts"]])


def _keep_movement(movement: Movement) -> Mapping[str, Any]:
    return {"id": movement.id, "levels": [level._asdict() for level in movement.levels]}


async def _restore_movement(unit: UnitOfWork, answer: Mapping[str, Any]) -> Movement:
    levels = [
        LevelRecord(**level | {name: UUID(level[name]) for name in ("variant_id", "warehouse_id")})
        for level in answer["levels"]
    ]
    return Movement(UUID(answer["id"]), levels)
