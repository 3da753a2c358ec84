"""Writes of carriers, their methods and rates. Each has the lanes concerned computed again by a job."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.ids import new_id
from core.money import Money
from core.names import check_names
from core.places import normalize_country
from core.problems import NotFound, Rejected
from models.delivery import Carrier, DeliveryMethod
from services.delivery.matrix import Scope, enqueue_recompute
from services.delivery.problems import CodeTaken
from services.delivery.rates import replace_rates
from services.delivery.records import CarrierRecord, MethodRecord, RateRecord
from services.delivery.rules import RateDraft, check_countries, check_rates
from services.unit_of_work import UnitOfWork


async def save_carrier(
    unit: UnitOfWork,
    *,
    code: str,
    name: str,
    countries: Sequence[str],
    is_active: bool = True,
    id: UUID | None = None,
) -> CarrierRecord:
    """Make a carrier, or with an `id` change that one.

    Raises `Rejected`: BadCode, BadName, BadCountry, TooMany; else NotFound, CodeTaken.
    """
    if problems := [*check_names(code=code, name=name), *check_countries(countries, "countries")]:
        raise Rejected(*problems)
    served = sorted({normalize_country(country) for country in countries})
    record = CarrierRecord(id or new_id(), code, name.strip(), is_active, served)
    await _save(unit, Carrier, record._asdict(), is_new=id is None, taken="There is a carrier with this code already.")
    methods = (await unit.session.scalars(_METHODS_OF, {"carrier_id": record.id})).all()
    if methods:
        await enqueue_recompute(unit, Scope(methods=methods))
    return record


async def save_method(
    unit: UnitOfWork,
    *,
    carrier_id: UUID,
    code: str,
    name: str,
    rates: Sequence[RateDraft],
    currency: str,
    is_active: bool = True,
    crosses_borders: bool = False,
    id: UUID | None = None,
) -> MethodRecord:
    """Make a carrier's method, or with an `id` change that one; `rates` replace all that it had.

    Raises `Rejected`: BadCode, BadName, BadRate, OverlappingRates, TooMany; else NotFound, CodeTaken.
    """
    if problems := [*check_names(code=code, name=name), *check_rates(rates)]:
        raise Rejected(*problems)
    if await unit.session.scalar(sa.select(Carrier.id).where(Carrier.id == carrier_id)) is None:
        raise Rejected(NotFound(message="There is no such carrier.", path=("carrier",), kind="Carrier"))
    key = id or new_id()
    values = {
        "id": key,
        "carrier_id": carrier_id,
        "code": code,
        "name": name.strip(),
        "is_active": is_active,
        "crosses_borders": crosses_borders,
    }
    taken = "The carrier has a method with this code already."
    await _save(unit, DeliveryMethod, values, is_new=id is None, taken=taken)
    ordered = sorted(rates)
    await replace_rates(unit, {key: ordered}, currency=currency)
    await enqueue_recompute(unit, Scope(methods=[key]))
    kept = [
        RateRecord(rate.up_to_km, Money(rate.price_minor, currency), rate.min_days, rate.max_days) for rate in ordered
    ]
    return MethodRecord(key, carrier_id, code, name.strip(), is_active, crosses_borders, kept)


async def delete_method(unit: UnitOfWork, *, id: UUID) -> UUID:
    """Delete a method with its rates; returns its id. Raises `Rejected`: NotFound."""
    statement = sa.delete(DeliveryMethod).where(DeliveryMethod.id == id).returning(DeliveryMethod.id)
    if (await unit.session.execute(statement)).scalar_one_or_none() is None:
        raise Rejected(_not_found("DeliveryMethod"))
    await enqueue_recompute(unit, Scope(methods=[id]))
    return id


async def _save(
    unit: UnitOfWork,
    table: type[Carrier] | type[DeliveryMethod],
    values: dict[str, object],
    *,
    is_new: bool,
    taken: str,
) -> None:
    """Write one row. Two that make the same code at once: the second waits for the first, and is refused."""
    if is_new:
        inserted = insert(table).values(**values).on_conflict_do_nothing().returning(table.id)
        if (await unit.session.execute(inserted)).scalar_one_or_none() is None:
            raise Rejected(CodeTaken(message=taken, path=("code",)))
        return
    # The code of one that is there is changed by itself, so that a clash is told from a missing row.
    found = sa.select(table.id).where(table.id == values["id"]).with_for_update()
    if (await unit.session.execute(found)).scalar_one_or_none() is None:
        raise Rejected(_not_found(table.__name__))
    try:
        async with unit.session.begin_nested():
            await unit.session.execute(sa.update(table).where(table.id == values["id"]).values(**values))
    except sa.exc.IntegrityError as error:
        raise Rejected(CodeTaken(message=taken, path=("code",))) from error


def _not_found(kind: str) -> NotFound:
    return NotFound(message=f"There is no such {kind}.", path=("id",), kind=kind)


_METHODS_OF = sa.select(DeliveryMethod.id).where(DeliveryMethod.carrier_id == sa.bindparam("carrier_id"))
