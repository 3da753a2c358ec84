"""Writes of attributes: declared ones, and what the store decides about those that an import brought along.

An attribute is offered as a filter when its values can be chosen from: a text of few distinct, short values, a number
or flag that enough products have. A category has the attributes that at least a twentieth of its products carry.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import NotFound, Rejected
from core.recordset import as_recordset
from models.catalog import Attribute
from services.catalog.drafts import AttributeDraft, AttributeType
from services.catalog.events import CategoryChanged
from services.catalog.problems import AttributeTypeFixed
from services.unit_of_work import UnitOfWork

FEWEST_PRODUCTS = 5
FEWEST_PRODUCTS_OF_NUMBER = 20
MOST_VALUES = 60
LONGEST_VALUE = 80
_MOST_PER_CATEGORY = 60

_SAVE = sa.text(
    """
    INSERT INTO attribute AS a (id, code, label, type, unit, filterable, comparable)
    SELECT id, code, label, type, unit, filterable, comparable
    FROM json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, code text, label text, type text, unit text, filterable bool, comparable bool)
    ON CONFLICT (code) DO UPDATE SET
        (label, unit, filterable, comparable, updated_at) =
        (excluded.label, excluded.unit, excluded.filterable, excluded.comparable, now())
    WHERE (a.label, a.unit, a.filterable, a.comparable)
        IS DISTINCT FROM (excluded.label, excluded.unit, excluded.filterable, excluded.comparable)
    """
)
_ADD_TO_CATEGORY = sa.text(
    """
    INSERT INTO category_attribute (category_id, attribute_id, position)
    SELECT :category_id, d.id, d.position FROM json_to_recordset(CAST(:rows AS json)) AS d(id uuid, position bigint)
    ON CONFLICT (category_id, attribute_id) DO UPDATE SET position = excluded.position
    WHERE category_attribute.position <> excluded.position
    RETURNING 1
    """
)
_COUNT = sa.text(
    """
    SELECT attribute.code, attribute.type, count(*) AS products, count(DISTINCT pair.value) AS values,
        max(length(pair.value)) AS longest
    FROM product, jsonb_each_text(product.attributes) AS pair JOIN attribute ON attribute.code = pair.key
    WHERE product.source = :source AND pair.key = ANY(CAST(:codes AS text[]))
    GROUP BY attribute.code, attribute.type
    """
)
_OFFER_AS_FILTERS = sa.text(
    "UPDATE attribute SET filterable = true, updated_at = now() WHERE code = ANY(CAST(:codes AS text[]))"
)
_GIVE_TO_CATEGORIES = sa.text(
    """
    WITH touched AS (
        SELECT category_id, count(*) AS products FROM product
        WHERE category_id IN (SELECT DISTINCT category_id FROM product WHERE source = :source)
        GROUP BY category_id
    ), carried AS (
        SELECT product.category_id, code, count(*) AS products
        FROM product JOIN touched USING (category_id), jsonb_object_keys(product.attributes) AS code
        GROUP BY product.category_id, code
    ), ranked AS (
        SELECT carried.category_id, carried.code,
            row_number() OVER (PARTITION BY carried.category_id ORDER BY carried.products DESC, carried.code) AS rank
        FROM carried JOIN touched USING (category_id) WHERE carried.products * 20 >= touched.products
    )
    INSERT INTO category_attribute (category_id, attribute_id, position)
    SELECT ranked.category_id, attribute.id, ranked.rank
    FROM ranked JOIN attribute ON attribute.code = ranked.code WHERE ranked.rank <= :most
    ON CONFLICT (category_id, attribute_id) DO NOTHING
    """
)
_CATEGORIES_WITH = sa.text(
    """
    SELECT DISTINCT category_id FROM product
    WHERE source = :source AND attributes ?| CAST(:codes AS text[]) ORDER BY category_id
    """
)


def is_filter(kind: AttributeType, *, products: int, values: int, longest: int) -> bool:
    """Whether an attribute that `products` have, with so many distinct `values`, is worth a filter."""
    if kind is AttributeType.TEXT:
        return products >= FEWEST_PRODUCTS and 2 <= values <= MOST_VALUES and longest <= LONGEST_VALUE
    if kind is AttributeType.NUMBER:
        return products >= FEWEST_PRODUCTS_OF_NUMBER and values >= 2
    return products >= FEWEST_PRODUCTS


async def save_attributes(unit: UnitOfWork, drafts: Sequence[AttributeDraft]) -> None:
    """Make attributes, or bring those with the same code up to date. Raises `Rejected` (ATTRIBUTE_TYPE_FIXED)."""
    if not drafts:
        return
    found = await _find(unit, [draft.code for draft in drafts])
    problems = [
        AttributeTypeFixed(
            message=f"The attribute {draft.code} is a {found[draft.code][1]} and cannot become a {draft.type}.",
            path=("attributes",),
            attribute=draft.code,
        )
        for draft in drafts
        if draft.code in found and found[draft.code][1] != draft.type
    ]
    if problems:
        raise Rejected(*problems)
    rows = [
        {
            "id": new_id(),
            "code": draft.code,
            "label": draft.label,
            "type": draft.type,
            "unit": draft.unit,
            "filterable": draft.filterable,
            "comparable": draft.comparable,
        }
        for draft in drafts
    ]
    await unit.session.execute(_SAVE, {"rows": as_recordset(rows)})


async def find_attribute_types(unit: UnitOfWork, codes: Collection[str]) -> Mapping[str, AttributeType]:
    """The types of those attributes that exist."""
    return {code: AttributeType(kind) for code, (_, kind) in (await _find(unit, codes)).items()}


async def add_category_attributes(unit: UnitOfWork, category_id: UUID, codes: Sequence[str]) -> bool:
    """Give a category attributes in this order; says whether that changed anything. Raises `Rejected` (NOT_FOUND)."""
    if not codes:
        return False
    found = await _find(unit, codes)
    unknown = [code for code in codes if code not in found]
    if unknown:
        message = f"There is no attribute {', '.join(unknown[:5])}."
        raise Rejected(NotFound(message=message, path=("attributes",), kind="Attribute"))
    rows = [{"id": found[code][0], "position": position} for position, code in enumerate(dict.fromkeys(codes))]
    result = await unit.session.execute(_ADD_TO_CATEGORY, {"category_id": category_id, "rows": as_recordset(rows)})
    return bool(result.all())


async def decide_attributes(unit: UnitOfWork, *, source: str, since: datetime, declared: Collection[str]) -> list[str]:
    """At the end of an import: which of the attributes it brought along are filters, and which categories have them.

    Looked at are attributes made since `since` that no source `declared`; returns those that became filters. Their
    categories' products must be listed anew, so each category is announced.
    """
    await unit.session.execute(_GIVE_TO_CATEGORIES, {"source": source, "most": _MOST_PER_CATEGORY})
    undecided = sa.select(Attribute.code).where(Attribute.created_at >= since, sa.not_(Attribute.filterable))
    codes = [code for code in await unit.session.scalars(undecided) if code not in declared]
    if not codes:
        return []
    filters = [
        row.code
        for row in await unit.session.execute(_COUNT, {"source": source, "codes": codes})
        if is_filter(AttributeType(row.type), products=row.products, values=row.values, longest=row.longest)
    ]
    if filters:
        await unit.session.execute(_OFFER_AS_FILTERS, {"codes": filters})
        categories = await unit.session.scalars(_CATEGORIES_WITH, {"source": source, "codes": filters})
        unit.publish(*(CategoryChanged(category_id) for category_id in categories))
    return filters


async def _find(unit: UnitOfWork, codes: Collection[str]) -> dict[str, tuple[UUID, str]]:
    asked = sa.bindparam("codes", list(codes), type_=sa.ARRAY(sa.Text()))
    statement = sa.select(Attribute.code, Attribute.id, Attribute.type).where(Attribute.code == sa.any_(asked))
    return {code: (key, kind) for code, key, kind in (await unit.session.execute(statement))}
