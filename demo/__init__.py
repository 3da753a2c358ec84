"""The demo's shop: a catalog written by this project, the same on every run, and the pictures it is shown with."""

from collections.abc import Iterator

from demo.assortment.products import all_products
from demo.assortment.store import catalog_draft
from services.catalog.drafts import CatalogDraft, ProductDraft

__all__ = ["catalog", "products"]


def catalog() -> CatalogDraft:
    """Categories, attributes, sellers and warehouses."""
    return catalog_draft()


def products() -> Iterator[ProductDraft]:
    """All products, of source "demo"; made while they are asked for."""
    return all_products()
