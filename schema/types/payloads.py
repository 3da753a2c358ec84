"""What mutations answer. `userErrors` is empty when all went well."""

import strawberry

from schema.base import field
from schema.types.errors import UserError
from schema.types.operations import SearchBoost, SynonymSet


@strawberry.type(description="The set as it is now.")
class SaveSynonymSetPayload:
    synonym_set: SynonymSet | None = field("The set; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The removal of a set.")
class DeleteSynonymSetPayload:
    deleted_id: strawberry.ID | None = field("The id of what was removed; null if nothing was.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The rule as it is now.")
class SaveSearchBoostPayload:
    search_boost: SearchBoost | None = field("The rule; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The removal of a rule.")
class DeleteSearchBoostPayload:
    deleted_id: strawberry.ID | None = field("The id of what was removed; null if nothing was.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")
