"""Settings of what one operation may ask for, and of how much one caller."""

from typing import Annotated

from pydantic import Field

from core.setting_types import Concern

_Count = Annotated[int, Field(ge=1)]


class Rate(Concern):
    """So many uses at once, and as many again in that time."""

    most: Annotated[int, Field(ge=1)]
    seconds: Annotated[int, Field(ge=1)]


class LimitSettings(Concern):
    """What operations and callers may ask for."""

    document_characters: _Count = Field(20_000, description="Longest document; longer ones are not even parsed.")
    tokens: _Count = Field(1_500, description="Most words and signs of a document, comments included.")
    depth: _Count = Field(15, description="Most fields inside each other.")
    selections: _Count = Field(
        1_000, description="Most fields and fragments of an operation, each fragment counted wherever it is spread."
    )
    aliases: _Count = Field(100, description="Most aliases of an operation, counted likewise.")
    root_fields: _Count = Field(30, description="Most fields at the root of an operation.")
    mutations: _Count = Field(10, description="Most mutations in one operation.")
    directives: _Count = Field(100, description="Most directives of an operation, counted as selections are.")
    directives_per_place: _Count = Field(5, description="Most directives at one field or fragment.")
    repeats: _Count = Field(20, description="How often one selection may name the same field.")
    cost: _Count = Field(
        25_000,
        description="What an operation may cost, in points: one for each object that it could answer with, and what "
        "`@cost` declares in the schema.",
    )
    operations_at_once: int | None = Field(
        None,
        ge=0,
        description="Operations that run for one caller at once in a process, over HTTP and WebSockets; 0 does not "
        "limit them. 32 in production and 0 in development unless set.",
    )
    rates: bool | None = Field(
        None, description="Whether uses are counted in Redis and limited; on in production unless set."
    )
    points_per_minute: _Count = Field(
        300_000, description="Points that one account may spend a minute on what is executed; kept answers cost none."
    )
    points_per_minute_by_address: _Count = Field(
        1_000_000, description="Likewise for all together who have not signed in at one address."
    )
    field_rates: dict[str, Rate] = Field(
        {},
        description="Other rates than `@rateLimit` declares, by root field, as JSON: "
        '`{"login": {"most": 60, "seconds": 60}}`; rates `by` an argument stay.',
    )
    tells_cost: bool = Field(True, description="Whether answers say in `extensions.cost` what they cost.")
