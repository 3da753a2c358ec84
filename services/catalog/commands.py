"""Single writes to the catalog. Whole batches of drafts are written by `services.catalog.saving`."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.ids import new_id
from core.problems import NotFound, Rejected
from models.catalog import Category, Offer, OfferPrice, Product, Variant
from models.sellers import Seller
from services.catalog.attributes import add_category_attributes
from services.catalog.drafts import CategoryDraft
from services.catalog.events import CategoryChanged, PriceChanged, ProductChanged
from services.catalog.names import KnownNames
from services.catalog.problems import BadCategory, BadPrice, BadPurchaseLimit, BadStatus
from services.catalog.records import ProductStatus
from services.catalog.rules import flaw_of_price, flaws_of_path
from services.unit_of_work import UnitOfWork

LARGEST_PURCHASE_LIMIT = 1_000_000


async def set_price(
    unit: UnitOfWork,
    *,
    price_minor: int,
    compare_at_minor: int | None = None,
    currency: str | None = None,
    offer_id: UUID | None = None,
    variant_id: UUID | None = None,
    seller_id: UUID | None = None,
) -> UUID:
    """Set the price of an offer, named by its id or by variant and seller; returns the offer's id.

    Variant and seller without an offer yet get one, in `currency` (USD if not given). The same price again changes
    nothing. Raises `Rejected`: BAD_PRICE, or NOT_FOUND for an unknown offer, variant or seller.
    """
    flaw = flaw_of_price(price_minor, compare_at_minor)
    if flaw is not None:
        raise Rejected(BadPrice(message=f"The price {flaw}.", path=("price_minor",)))
    offer = await _find_offer(unit, offer_id, variant_id, seller_id)
    if offer is None:
        if variant_id is None or seller_id is None:
            raise Rejected(_missing("Offer"))
        await _require_variant_and_seller(unit, variant_id, seller_id)
        values = {"price_minor": price_minor, "compare_at_minor": compare_at_minor, "currency": currency or "USD"}
        made = insert(Offer).values(id=new_id(), variant_id=variant_id, seller_id=seller_id, **values)
        is_new = (await unit.session.execute(made.on_conflict_do_nothing().returning(Offer.id))).first() is not None
        offer = await _find_offer(unit, None, variant_id, seller_id)
        if offer is None:
            # Another made it and took it away again, all since this began.
            raise Rejected(_missing("Offer"))
        if is_new:
            await _write_history(unit, offer)
            return offer.id
    wanted = offer._replace(
        price_minor=price_minor,
        compare_at_minor=compare_at_minor,
        currency=currency or offer.currency,
        status="active",
    )
    if wanted != offer:
        await _change(unit, Offer, offer.id, wanted._asdict())
        await _write_history(unit, wanted)
    return offer.id


async def set_purchase_limit(unit: UnitOfWork, *, offer_id: UUID, most_per_customer: int | None) -> UUID:
    """Bound how many units of an offer one customer may have at a time, or with None let it be any number.

    Returns the offer's id. Raises `Rejected`: BAD_PURCHASE_LIMIT, or NOT_FOUND for an unknown offer.
    """
    if most_per_customer is not None and not 1 <= most_per_customer <= LARGEST_PURCHASE_LIMIT:
        message = f"A limit is from 1 to {LARGEST_PURCHASE_LIMIT:,} units."
        raise Rejected(BadPurchaseLimit(message=message, path=("mostPerCustomer",)))
    offer = await _find_offer(unit, offer_id, None, None)
    if offer is None:
        raise Rejected(NotFound(message="There is no such offer.", path=("offer",), kind="Offer"))
    if offer.most_per_customer != most_per_customer:
        await _change(unit, Offer, offer.id, {"most_per_customer": most_per_customer})
        unit.publish(ProductChanged(await _product_of(unit, offer.variant_id)))
    return offer.id


async def set_status(unit: UnitOfWork, product_id: UUID, status: str) -> None:
    """Make a product draft, active or archived. Raises `Rejected`: BAD_STATUS, or NOT_FOUND for an unknown product."""
    if status not in list(ProductStatus):
        message = f"A product is {', '.join(ProductStatus)}; not {status[:40]!r}."
        raise Rejected(BadStatus(message=message, path=("status",)))
    before = await unit.session.scalar(sa.select(Product.status).where(Product.id == product_id).with_for_update())
    if before is None:
        raise Rejected(_missing("Product"))
    if before != status:
        await _change(unit, Product, product_id, {"status": status})
        unit.publish(ProductChanged(product_id))


async def save_category(
    unit: UnitOfWork, draft: CategoryDraft, *, position: int | None = None, names: KnownNames | None = None
) -> UUID:
    """Make a category and the parents it lacks, or update the spelling of its name and its description; returns its id.

    The draft's attributes are added to those it has. Raises `Rejected`: BAD_CATEGORY, or NOT_FOUND for an unknown
    attribute.
    """
    found = list(flaws_of_path(draft.path))
    if found:
        raise Rejected(*(BadCategory(message=f"The category {flaw.reason}.", path=("path",)) for flaw in found))
    names = names or KnownNames()
    made = await names.learn_categories(unit, [draft.path])
    key = names.category(draft.path)
    columns = (Category.name, Category.description, Category.position)
    before = (await unit.session.execute(sa.select(*columns).where(Category.id == key).with_for_update())).one()
    wanted = {
        "name": draft.path[-1].strip(),
        "description": draft.description,
        "position": before.position if position is None else position,
    }
    if wanted != before._asdict():
        await _change(unit, Category, key, wanted)
    changed = (wanted["name"], wanted["description"]) != (before.name, before.description)
    changed |= await add_category_attributes(unit, key, draft.attributes)
    if changed and key not in made:
        unit.publish(CategoryChanged(key))
    return key


class _Offer(NamedTuple):
    """The columns of an offer that are changed here."""

    id: UUID
    variant_id: UUID
    price_minor: int
    compare_at_minor: int | None
    currency: str
    status: str
    most_per_customer: int | None


async def _find_offer(
    unit: UnitOfWork, offer_id: UUID | None, variant_id: UUID | None, seller_id: UUID | None
) -> _Offer | None:
    statement = sa.select(*(getattr(Offer, name) for name in _Offer._fields)).with_for_update()
    if offer_id is not None:
        statement = statement.where(Offer.id == offer_id)
    else:
        statement = statement.where(Offer.variant_id == variant_id, Offer.seller_id == seller_id)
    row = (await unit.session.execute(statement)).one_or_none()
    return None if row is None else _Offer._make(row)


async def _change(unit: UnitOfWork, table: type[Offer | Product | Category], id: UUID, values: dict[str, Any]) -> None:
    """Give columns of a row other values, of any type, hence Any."""
    await unit.session.execute(sa.update(table).where(table.id == id).values(values))


async def _require_variant_and_seller(unit: UnitOfWork, variant_id: UUID, seller_id: UUID) -> None:
    # Locked as a foreign key would, so that neither goes before the offer is there.
    for name, found in (
        ("Variant", sa.select(Variant.id).where(Variant.id == variant_id)),
        ("Seller", sa.select(Seller.id).where(Seller.id == seller_id)),
    ):
        if await unit.session.scalar(found.with_for_update(read=True, key_share=True)) is None:
            raise Rejected(_missing(name))


async def _product_of(unit: UnitOfWork, variant_id: UUID) -> UUID:
    product_id = await unit.session.scalar(sa.select(Variant.product_id).where(Variant.id == variant_id))
    assert product_id is not None
    return product_id


async def _write_history(unit: UnitOfWork, offer: _Offer) -> None:
    product_id = await _product_of(unit, offer.variant_id)
    await unit.session.execute(
        sa.insert(OfferPrice).values(
            id=new_id(),
            offer_id=offer.id,
            price_minor=offer.price_minor,
            compare_at_minor=offer.compare_at_minor,
            currency=offer.currency,
            valid_from_at=sa.func.clock_timestamp(),
        )
    )
    unit.publish(PriceChanged(product_id, offer.variant_id, offer.id))


def _missing(kind: str) -> NotFound:
    return NotFound(message=f"There is no such {kind.lower()}.", path=(f"{kind.lower()}_id",), kind=kind)
