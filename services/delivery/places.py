"""From a postal code to the warehouses that serve it."""

import sqlalchemy as sa

from services.delivery.records import PlaceRecord
from services.unit_of_work import ReadSession


def normalize_postal_code(text: str) -> str:
    """Upper case without spaces and hyphens, as `postal_code.code` is."""
    return text.replace(" ", "").replace("-", "").upper()


async def find_place(session: ReadSession, *, country: str, code: str) -> PlaceRecord | None:
    """The place, by codes in any spelling; None if the postal code does not exist."""
    values = {"country": country.upper(), "code": normalize_postal_code(code)}
    row = (await session.execute(_PLACE, values)).one_or_none()
    return None if row is None else PlaceRecord._make(row)


_PLACE = sa.text(
    """
    SELECT p.country, p.code, p.zone_id, ARRAY(
        SELECT l.warehouse_id FROM delivery_lane l JOIN warehouse w ON w.id = l.warehouse_id
        WHERE l.zone_id = p.zone_id GROUP BY l.warehouse_id, w.code
        ORDER BY min(l.distance_km), w.code
    ) AS warehouse_ids
    FROM postal_code p WHERE p.country = :country AND p.code = :code
    """
)
