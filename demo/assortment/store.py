"""What products refer to: the category tree, attributes, sellers and warehouses of the demo's shop."""

from collections.abc import Iterator

from demo.assortment.plan import Department, Leaf, attributes, departments
from services.catalog.drafts import CatalogDraft, CategoryDraft, SellerDraft, WarehouseDraft

OWN_SELLER = "emporium"
SELLERS = (
    SellerDraft(slug=OWN_SELLER, name="Emporium"),
    SellerDraft(slug="brightbay-market", name="Brightbay Market"),
    SellerDraft(slug="harbor-street-outlet", name="Harbor Street Outlet"),
    SellerDraft(slug="northgate-direct", name="Northgate Direct"),
)
RIVALS = tuple(seller.slug for seller in SELLERS if seller.slug != OWN_SELLER)
WAREHOUSES = tuple(
    WarehouseDraft(code=code, name=name, country="US", postal_code=postal, latitude=latitude, longitude=longitude)
    for code, name, postal, latitude, longitude in (
        ("EWR", "Newark, New Jersey", "07114", 40.7082, -74.1891),
        ("ATL", "Atlanta, Georgia", "30336", 33.7365, -84.5555),
        ("ORD", "Joliet, Illinois", "60433", 41.5117, -88.0575),
        ("DFW", "Dallas, Texas", "75241", 32.6722, -96.7774),
        ("ONT", "Ontario, California", "91761", 34.0345, -117.5920),
        ("SEA", "Kent, Washington", "98032", 47.3906, -122.2610),
    )
)


def catalog_draft() -> CatalogDraft:
    """The shop without its products."""
    return CatalogDraft(
        categories=tuple(node for department in departments() for node in _nodes(department)),
        attributes=tuple(attributes().values()),
        sellers=SELLERS,
        warehouses=WAREHOUSES,
    )


def _nodes(department: Department) -> Iterator[CategoryDraft]:
    yield CategoryDraft(path=(department.name,), description=department.about, attributes=tuple(department.common))
    for group, about in department.groups.items():
        yield CategoryDraft(path=(department.name, group), description=about)
        for leaf in department.leaf:
            if leaf.group == group:
                path = (department.name, group, leaf.name)
                yield CategoryDraft(path=path, description=leaf.about, attributes=_codes(leaf))


def _codes(leaf: Leaf) -> tuple[str, ...]:
    """The attributes of a leaf: the facts of all its kinds in order of first mention, the color at the end."""
    codes = [code for kind in leaf.kind for code in leaf.facts_of(kind)]
    if any("Color" in leaf.options_of(kind) for kind in leaf.kind):
        codes.append("color")
    return tuple(dict.fromkeys(codes))
