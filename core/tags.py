"""Names of things that answers show, by which answers are dropped when those change; also as `Surrogate-Key`s."""

from uuid import UUID

# All categories together: they change rarely, and each shows where it is among the others.
CATEGORIES = "categories"


def product_tag(product_id: UUID) -> str:
    return f"product:{product_id}"


def variant_tag(variant_id: UUID) -> str:
    return f"variant:{variant_id}"
