"""Many receipts from one text: each counted or refused by itself, and told line by line."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

from core.problems import Problem
from services.inventory.movements import Mover, Received, receive_many
from services.inventory.receipt_texts import WrittenReceipt
from services.unit_of_work import UnitOfWork


class ImportStatus(StrEnum):
    ACCEPTED = "accepted"
    REPLAYED = "replayed"
    REFUSED = "refused"


class ImportProblem(NamedTuple):
    """One reason why a receipt was refused."""

    code: str
    message: str
    path: Sequence[str]


class ImportedReceipt(NamedTuple):
    """What became of the receipt that begins in `line`. Source and reference are empty if they could not be read."""

    line: int
    status: ImportStatus
    source: str
    reference: str
    receipt_id: UUID | None
    problems: Sequence[ImportProblem]

    # JSON objects, hence Any.
    def as_json(self) -> Mapping[str, Any]:
        return {**self._asdict(), "problems": [problem._asdict() for problem in self.problems]}

    @classmethod
    def restore(cls, given: Mapping[str, Any]) -> Self:
        receipt_id = given["receipt_id"]
        return cls(
            line=given["line"],
            status=ImportStatus(given["status"]),
            source=given["source"],
            reference=given["reference"],
            receipt_id=None if receipt_id is None else UUID(receipt_id),
            problems=[ImportProblem(**problem) for problem in given["problems"]],
        )


async def import_receipts(
    unit: UnitOfWork, written: Sequence[WrittenReceipt], *, by: Mover
) -> Sequence[ImportedReceipt]:
    """Count those receipts that can be, in a constant number of statements; what became of each, in their order."""
    drafts = [one.draft for one in written if one.draft is not None]
    outcomes = iter(await receive_many(unit, drafts, by=by)) if drafts else iter(())
    report = []
    for one in written:
        if one.draft is None:
            report.append(_refused(one, one.problems))
            continue
        outcome = next(outcomes)
        if isinstance(outcome, Received):
            status = ImportStatus.REPLAYED if outcome.is_replay else ImportStatus.ACCEPTED
            names = (one.draft.source, one.draft.reference)
            report.append(ImportedReceipt(one.line, status, *names, outcome.receipt.id, ()))
        else:
            report.append(_refused(one, outcome.problems))
    return report


def _refused(written: WrittenReceipt, problems: Sequence[Problem]) -> ImportedReceipt:
    # As texts that can be sent, kept and printed, whatever the file has.
    names = written.name if written.draft is None else written.draft[:2]
    source, reference = (name.encode("utf-8", "replace").decode().replace("\0", "\ufffd") for name in names)
    reasons = [ImportProblem(problem.code, problem.message, problem.path) for problem in problems]
    return ImportedReceipt(written.line, ImportStatus.REFUSED, source, reference, None, reasons)
