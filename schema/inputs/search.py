"""What operators say of search."""

import strawberry


@strawberry.input(description="A set of synonyms to make or change.")
class SaveSynonymSetInput:
    id: strawberry.ID | None = strawberry.field(default=None, description="The set to change; a new one if not given.")
    terms: list[str] = strawberry.field(description="Two to 50 words or phrases of up to 80 characters.")
    is_one_way: bool = strawberry.field(
        default=False, description="Whether only the first term finds the others, and not the reverse."
    )


@strawberry.input(description="A set of synonyms to remove.")
class DeleteSynonymSetInput:
    id: strawberry.ID = strawberry.field(description="The set.")


@strawberry.input(description="A rule of ranking to make or change. It must describe some products.")
class SaveSearchBoostInput:
    id: strawberry.ID | None = strawberry.field(default=None, description="The rule to change; a new one if not given.")
    name: str = strawberry.field(description="What operators call it; no two rules have the same name.")
    query_words: list[str] = strawberry.field(
        default_factory=list, description="The words of the query that it waits for; every query if empty."
    )
    title_words: list[str] = strawberry.field(
        default_factory=list, description="Describes products with one of these in the title that the query lacks."
    )
    category: strawberry.ID | None = strawberry.field(
        default=None, description="Describes products in this category and below."
    )
    brand: strawberry.ID | None = strawberry.field(default=None, description="Describes products of this brand.")
    product: strawberry.ID | None = strawberry.field(default=None, description="Describes this product.")
    factor: float = strawberry.field(description="Above 1 lifts, below 1 sinks; from 0.01 to 10.")


@strawberry.input(description="A rule of ranking to remove.")
class DeleteSearchBoostInput:
    id: strawberry.ID = strawberry.field(description="The rule.")
