"""A small shop for tests of the graph: enough of everything that pages of 50 are full."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.catalog.drafts import (
    AttributeDraft,
    AttributeType,
    CatalogDraft,
    CategoryDraft,
    MediaDraft,
    OfferDraft,
    ProductDraft,
    SellerDraft,
    VariantDraft,
    WarehouseDraft,
)

MANY = 60
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
SHOES = ("Outdoor", "Shoes", "Hiking shoes")
TENTS = ("Outdoor", "Tents")
RADIOS = ("Electronics", "Radios")
LEAVES = (SHOES, TENTS, RADIOS)


def catalog() -> CatalogDraft:
    """Three leaves in two departments, 60 sellers, two warehouses."""
    return CatalogDraft(
        categories=(
            CategoryDraft(path=("Outdoor",), description="Out there.", attributes=("material",)),
            CategoryDraft(path=SHOES, description="For the hills.", attributes=("waterproof", "weight")),
            CategoryDraft(path=TENTS, description="To sleep in.", attributes=("weight",)),
            CategoryDraft(path=RADIOS, description="To listen to."),
            *(CategoryDraft(path=("Outdoor", f"Corner {number:02}")) for number in range(MANY)),
        ),
        attributes=(
            AttributeDraft(code="material", label="Material", type=AttributeType.TEXT),
            AttributeDraft(code="waterproof", label="Waterproof", type=AttributeType.FLAG),
            AttributeDraft(code="weight", label="Weight", type=AttributeType.NUMBER, unit="g", comparable=False),
        ),
        sellers=(
            SellerDraft(slug="emporium", name="Emporium"),
            *(SellerDraft(slug=f"seller-{number:02}", name=f"Seller {number:02}") for number in range(MANY)),
        ),
        warehouses=(
            _warehouse("EAST", 40.7, -74.0),
            _warehouse("WEST", 37.8, -122.4),
        ),
    )


def products() -> Iterator[ProductDraft]:
    """150 products: the first one has 60 variants, pictures and offers, the others two variants or one."""
    yield wide_product()
    for number in range(1, 150):
        yield product(number)


def product(number: int, **changes: object) -> ProductDraft:
    """Product `number`; every fifth is out of stock, every seventh unrated, every third has no options."""
    path = LEAVES[number % len(LEAVES)]
    sizes = ("",) if number % 3 == 0 else ("S", "L")
    stocked = number % 5 != 0
    fields: dict[str, object] = {
        "source": "test",
        "external_id": f"T-{number}",
        "title": f"{('Granite', 'Meadow', 'Harbour')[number % 3]} {path[-1].lower()} {number:03}",
        "description": f"A dependable companion, number {number}.",
        "brand": f"Brand {number % 55:02}",
        "category_path": path,
        "attributes": {
            "material": ("Leather", "Canvas")[number % 2],
            "waterproof": number % 2 == 0,
            "weight": float(number * 10),
        },
        "option_names": ("Size",) if sizes != ("",) else (),
        "variants": tuple(
            VariantDraft(
                sku=f"T-{number:03}{size}",
                option_values=(size,) if size else (),
                offers=(OfferDraft(price_minor=1000 + number * 7), _rival(number)),
                stock={"EAST": 3 if stocked else 0, "WEST": number if stocked else 0},
                media=(_media(f"T-{number:03}{size}"),),
            )
            for size in sizes
        ),
        "media": (_media(f"{number}-1"), _media(f"{number}-2")),
        "ratings": (0, 0, 0, 0, 0) if number % 7 == 0 else (0, 1, 2, number, number),
        "units_sold": number * 3,
        "released_at": RELEASED - timedelta(days=number),
    }
    return ProductDraft(**{**fields, **changes})  # type: ignore[arg-type]  # tests change any field by name


def wide_product() -> ProductDraft:
    """A product with 60 sizes; the first of them is offered by 60 sellers."""
    variants = tuple(
        VariantDraft(
            sku=f"WIDE-{number:02}",
            option_values=(f"{number}",),
            offers=tuple(OfferDraft(seller=f"seller-{seller:02}", price_minor=5000 + seller) for seller in range(MANY))
            if number == 0
            else (OfferDraft(price_minor=6000),),
            stock={"EAST": 2},
            media=tuple(_media(f"wide-{number}-{picture}") for picture in range(MANY if number == 0 else 1)),
        )
        for number in range(MANY)
    )
    return product(
        0,
        title="Wide hiking shoe",
        variants=variants,
        option_names=("Size",),
        media=tuple(_media(f"wide-{number}") for number in range(MANY)),
        units_sold=10_000,
    )


def _rival(number: int) -> OfferDraft:
    return OfferDraft(seller=f"seller-{number % MANY:02}", price_minor=1100 + number * 7, compare_at_minor=9000)


def _media(name: str) -> MediaDraft:
    return MediaDraft(url=f"https://pictures.example/{name}.jpg", alt=name, width=800, height=800)


def _warehouse(code: str, latitude: float, longitude: float) -> WarehouseDraft:
    return WarehouseDraft(
        code=code, name=code.title(), country="US", postal_code="10001", latitude=latitude, longitude=longitude
    )
