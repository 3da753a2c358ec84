"""Completions while somebody types: products, categories and searches that begin like that."""

from collections.abc import Sequence
from uuid import UUID

from core.problems import BadInput
from ports.search import Alternative, Clause, Filter, SearchRequest, SortKey, TextQuery
from services.search.analysis import Word, words
from services.search.documents import Stored, unpack_stored
from services.search.knowledge import Knowledge
from services.search.pages import Suggestions
from services.search.planning import LONGEST_QUERY
from services.search.retrieval import Source

# Endings of the last word that are searched: the commonest.
_COMPLETIONS = 12
# So many candidates are looked at for words of their title.
_CANDIDATES = 100


async def suggest_from(source: Source, knowledge: Knowledge, *, prefix: str, first: int) -> Suggestions:
    """At most `first` of each kind. Products have all the words in their title, the last as a beginning, and come by
    sales. Raises `BadInput` (QUERY_TOO_LONG)."""
    if len(prefix) > LONGEST_QUERY:
        raise BadInput("QUERY_TOO_LONG", f"A search is at most {LONGEST_QUERY} characters; this has {len(prefix)}.")
    typed = words(prefix)
    if not typed:
        return Suggestions()
    *before, last = typed
    beginning = last.written if len(last.parts) == 1 else last.whole
    completions = _completions(knowledge, last, beginning)
    products = await _products(source, before, beginning, completions, first=first)
    categories = _categories(knowledge, before, beginning)
    names = [knowledge.categories.by_id[key].name.casefold() for key in categories]
    spoken = " ".join(word.written for word in before)
    queries = [*names, *(f"{spoken} {ending}".strip() for ending in completions)]
    return Suggestions(
        product_ids=products,
        category_ids=categories[:first],
        queries=list(dict.fromkeys(queries))[:first],
    )


def _completions(knowledge: Knowledge, last: Word, beginning: str) -> list[str]:
    """Terms that begin so, the commonest first; a finished word ("headphones") is a term of its own."""
    found = knowledge.vocabulary.completions(beginning, _COMPLETIONS)
    whole = [last.whole] if last.whole in knowledge.vocabulary else []
    return list(dict.fromkeys([*found, *whole]))[:_COMPLETIONS]


async def _products(
    source: Source, before: Sequence[Word], beginning: str, completions: Sequence[str], *, first: int
) -> list[UUID]:
    if not completions:
        return []
    full = [Clause((Alternative((word.whole,)),), required=True) for word in before]
    ending = Clause(tuple(Alternative((term,)) for term in completions), required=True)
    text = TextQuery((*full, ending), minimum_match=len(full) + 1)
    wanted = {word.whole for word in before}
    found: dict[UUID, tuple[bool, int]] = {}
    # The best sellers first; where few of them have the words in their title, also the best matches.
    for sort in (SortKey.BEST_SELLING, None):
        request = SearchRequest(text=text, filter=Filter(), limit=_CANDIDATES, sort=sort, count_total=False)
        for hit in (await source.search(request)).hits:
            # Postgres, while the engine is away, hands out facts only with the best matches.
            if hit.stored and _begins(product := unpack_stored(hit.stored), wanted, beginning, completions):
                found[hit.id] = (not product.in_stock, -product.units_sold)
        if len(found) >= first:
            break
    return sorted(found, key=lambda key: found[key])[:first]


def _begins(product: Stored, wanted: set[str], beginning: str, completions: Sequence[str]) -> bool:
    return wanted.issubset(product.title) and any(
        word.startswith(beginning) or word in completions for word in product.title
    )


def _categories(knowledge: Knowledge, before: Sequence[Word], beginning: str) -> list[UUID]:
    """Categories that have all the words in their name, the last as a beginning; names that start with it first."""
    wanted = {word.whole for word in before}
    found = []
    for category in knowledge.categories.by_id.values():
        named = words(category.name)
        if not wanted.issubset(word.whole for word in named):
            continue
        if any(word.written.startswith(beginning) or word.whole == beginning for word in named):
            starts = named[0].written.startswith(before[0].written if before else beginning)
            found.append((not starts, len(category.ancestor_ids), category.name, category.id))
    return [key for *_, key in sorted(found)]
