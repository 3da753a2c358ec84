"""Search: what other contexts and the layers above may use."""

from services.search.commands import (
    delete_search_boost,
    delete_synonym_set,
    save_search_boost,
    save_synonym_set,
    seed_dictionary,
)
from services.search.facets import serving
from services.search.pages import Facet, FacetValue, PriceBucket, SearchEdge, SearchPage, Suggestions, Want
from services.search.postgres import PostgresListing
from services.search.search import ProductSearch
from services.search.word_lists import SearchBoostRecord, SynonymSetRecord

__all__ = [
    "Facet",
    "FacetValue",
    "PostgresListing",
    "PriceBucket",
    "ProductSearch",
    "SearchBoostRecord",
    "SearchEdge",
    "SearchPage",
    "Suggestions",
    "SynonymSetRecord",
    "Want",
    "delete_search_boost",
    "delete_synonym_set",
    "save_search_boost",
    "save_synonym_set",
    "seed_dictionary",
    "serving",
]
