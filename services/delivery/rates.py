"""Rates in bulk: from files, for methods that exist."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.recordset import as_recordset
from models.delivery import Carrier, DeliveryMethod
from services.delivery.rules import RateDraft
from services.unit_of_work import UnitOfWork


class MethodCode(NamedTuple):
    """A method by the codes that operators use."""

    carrier: str
    method: str


async def find_method_ids(unit: UnitOfWork) -> Mapping[MethodCode, UUID]:
    """All methods."""
    statement = sa.select(Carrier.code, DeliveryMethod.code, DeliveryMethod.id).join(
        Carrier, Carrier.id == DeliveryMethod.carrier_id
    )
    return {MethodCode(carrier, method): key for carrier, method, key in await unit.session.execute(statement)}


async def replace_rates(unit: UnitOfWork, rates: Mapping[UUID, Sequence[RateDraft]], *, currency: str) -> None:
    """Give methods these rates and no others, in two statements. The rates are checked; lanes are the caller's."""
    rows = [{"method_id": key, **rate._asdict()} for key, given in rates.items() for rate in given]
    await unit.session.execute(_LOCK, {"ids": list(rates)})
    await unit.session.execute(_DELETE, {"ids": list(rates)})
    await unit.session.execute(_INSERT, {"rows": as_recordset(rows), "currency": currency})


_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_LOCK = sa.text("SELECT FROM delivery_method WHERE id = ANY(:ids) ORDER BY id FOR UPDATE").bindparams(_IDS)
_DELETE = sa.text("DELETE FROM delivery_rate WHERE method_id = ANY(:ids)").bindparams(_IDS)
_INSERT = sa.text(
    """
    INSERT INTO delivery_rate (method_id, up_to_km, price_minor, currency, min_days, max_days)
    SELECT method_id, up_to_km, price_minor, :currency, min_days, max_days
    FROM json_to_recordset(CAST(:rows AS json))
        AS d(method_id uuid, up_to_km bigint, price_minor bigint, min_days bigint, max_days bigint)
    """
)
