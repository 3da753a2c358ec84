"""Writes of tax rates and classes. Whoever prices next counts by them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.problems import NotFound, Rejected
from core.recordset import as_recordset
from models.taxes import CategoryTaxClass, TaxRate
from services.taxes.problems import TaxRateTaken
from services.taxes.records import TaxRateDraft, TaxRateRecord
from services.taxes.rules import as_record, check_class, check_rate, normalize_class
from services.unit_of_work import UnitOfWork


async def save_tax_rate(unit: UnitOfWork, *, draft: TaxRateDraft, id: UUID | None = None) -> TaxRateRecord:
    """Make a rate, or with an `id` change that one.

    Raises `Rejected`: BAD_COUNTRY, BAD_POSTAL_CODE, BAD_TAX_CLASS, BAD_NAME, BAD_TAX_RATE; else NOT_FOUND,
    TAX_RATE_TAKEN.
    """
    if problems := check_rate(draft):
        raise Rejected(*problems)
    record = as_record(draft, id=id)
    await _write(unit, record, is_new=id is None)
    return record


async def add_tax_rates(unit: UnitOfWork, drafts: Sequence[TaxRateDraft]) -> None:
    """Make many rates, in one statement; a class keeps the rate that it has at a place already.

    Raises `Rejected` with what `save_tax_rate` refuses of any of them.
    """
    if problems := [problem for draft in drafts for problem in check_rate(draft)]:
        raise Rejected(*problems)
    rows = [as_record(draft)._asdict() for draft in drafts]
    await unit.session.execute(_ADD, {"rows": as_recordset(rows)})


async def delete_tax_rate(unit: UnitOfWork, *, id: UUID) -> UUID:
    """Delete a rate; returns its id. Raises `Rejected`: NOT_FOUND."""
    statement = sa.delete(TaxRate).where(TaxRate.id == id).returning(TaxRate.id)
    if (await unit.session.execute(statement)).scalar_one_or_none() is None:
        raise Rejected(_no_rate())
    return id


async def set_tax_class(unit: UnitOfWork, *, category_id: UUID, tax_class: str | None) -> UUID:
    """Put what is in a category and below into a class, or with None where the category above has it.

    Returns the category's id. Raises `Rejected`: BAD_TAX_CLASS; else NOT_FOUND.
    """
    if tax_class is not None and (problems := check_class(tax_class)):
        raise Rejected(*problems)
    if await unit.session.scalar(_LOCK_CATEGORY, {"id": category_id}) is None:
        raise Rejected(NotFound(message="There is no such category.", path=("category",), kind="Category"))
    if tax_class is None:
        await unit.session.execute(sa.delete(CategoryTaxClass).where(CategoryTaxClass.category_id == category_id))
    else:
        values = {"category_id": category_id, "tax_class": normalize_class(tax_class)}
        statement = insert(CategoryTaxClass).values(**values)
        await unit.session.execute(
            statement.on_conflict_do_update(index_elements=["category_id"], set_={"tax_class": values["tax_class"]})
        )
    return category_id


async def _write(unit: UnitOfWork, record: TaxRateRecord, *, is_new: bool) -> None:
    """Write one row. Of two that make the same at once, the second waits for the first and is refused."""
    try:
        async with unit.session.begin_nested():
            if is_new:
                await unit.session.execute(sa.insert(TaxRate).values(**record._asdict()))
                return
            statement = sa.update(TaxRate).where(TaxRate.id == record.id).values(**record._asdict())
            changed = (await unit.session.execute(statement.returning(TaxRate.id))).scalar_one_or_none()
    except sa.exc.IntegrityError as error:
        message = "The class has another rate for this country and postal prefix."
        raise Rejected(TaxRateTaken(message=message, path=("postalPrefix",))) from error
    if changed is None:
        raise Rejected(_no_rate())


def _no_rate() -> NotFound:
    return NotFound(message="There is no such tax rate.", path=("id",), kind="TaxRate")


_ADD = sa.text(
    """
    INSERT INTO tax_rate (id, country, postal_prefix, tax_class, name, rate_ppm, applies_to_delivery)
    SELECT id, country, postal_prefix, tax_class, name, rate_ppm, applies_to_delivery
    FROM json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, country text, postal_prefix text, tax_class text, name text, rate_ppm bigint,
        applies_to_delivery boolean)
    ON CONFLICT (country, postal_prefix, tax_class) DO NOTHING
    """
)
_LOCK_CATEGORY = sa.text("SELECT id FROM category WHERE id = :id FOR KEY SHARE")
