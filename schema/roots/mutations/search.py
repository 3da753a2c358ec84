"""Mutations of the word lists of search."""

import strawberry

from resolvers.mutations import search
from schema.base import resolved_by
from schema.types.payloads import (
    DeleteSearchBoostPayload,
    DeleteSynonymSetPayload,
    SaveSearchBoostPayload,
    SaveSynonymSetPayload,
)
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of the word lists of search.")
class SearchMutations:
    save_synonym_set: SaveSynonymSetPayload = resolved_by(
        search.save_synonym_set,
        description="Make or change a set of synonyms; search uses it within seconds. Codes: BAD_TERMS, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    delete_synonym_set: DeleteSynonymSetPayload = resolved_by(
        search.delete_synonym_set,
        description="Remove a set of synonyms. Codes: NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    save_search_boost: SaveSearchBoostPayload = resolved_by(
        search.save_search_boost,
        description="Make or change a rule of ranking; search uses it within seconds. "
        "Codes: BAD_NAME, NAME_TAKEN, BAD_FACTOR, BAD_WORDS, DESCRIBES_NOTHING, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    delete_search_boost: DeleteSearchBoostPayload = resolved_by(
        search.delete_search_boost,
        description="Remove a rule of ranking. Codes: NOT_FOUND.",
        requires=Role.OPERATOR,
    )
