"""What a process keeps in memory to understand queries: vocabulary, word lists, categories, attributes.

Read from Postgres, and read again when `index_state.dictionary_version` has changed, which is looked at once a second
at most: at once if operators changed word lists, every ten seconds at most while products add words.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.problems import Unavailable
from core.search_settings import SearchSettings
from models.catalog import Attribute, Category, CategoryAttribute
from models.search import IndexState, SearchBoost, SynonymSet
from services.search.announcements import WORD_LISTS
from services.search.categories import Categories, CategoryName
from services.search.lexicon import BoostFields, Lexicon, SynonymTerms, make_lexicon
from services.search.ranking import Ranker
from services.search.vocabulary import Vocabulary
from services.unit_of_work import Database, ReadSession

log = structlog.get_logger(__name__)

_WORDS_AT_ONCE = 10_000
_LOOK_SECONDS = 1.0
_LONGEST_SECONDS = 60.0
# Reading takes a tenth of a second of work for 100,000 words: not every second while a catalog is being imported.
_SHORTEST_SECONDS = 10.0


class Version(NamedTuple):
    """Counts changes of the lists that operators edit, and of the words that products have."""

    lists: int
    words: int


@dataclass(frozen=True, slots=True)
class AttributeName:
    """An attribute as facets show it. `type` is text, number or flag."""

    code: str
    label: str
    type: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One consistent reading. `attributes` are the filterable ones; `attributes_of` gives a category's own codes."""

    vocabulary: Vocabulary
    ranker: Ranker
    attributes: Mapping[str, AttributeName] = field(default_factory=dict)
    attributes_of: Mapping[UUID, Sequence[str]] = field(default_factory=dict)

    @property
    def lexicon(self) -> Lexicon:
        return self.ranker.lexicon

    @property
    def categories(self) -> Categories:
        return self.ranker.categories


class KnowledgeCache:
    """Hands out the newest knowledge. While Postgres is away, the last reading goes on being used."""

    def __init__(
        self, database: Database, settings: SearchSettings, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._settings = settings
        self._seconds = seconds
        self._known: Knowledge | None = None
        self._version = Version(-1, -1)
        self._read_at = 0.0
        self._looked_at = 0.0
        self._reading = asyncio.Lock()

    async def current(self) -> Knowledge:
        """The knowledge to use now; raises `Unavailable` only if there never was any."""
        known = self._known
        if known is not None and self._seconds() - self._looked_at < _LOOK_SECONDS:
            return known
        if known is not None and self._reading.locked():
            return known
        async with self._reading:
            # Whoever waited here finds the work done.
            if self._known is None or self._seconds() - self._looked_at >= _LOOK_SECONDS:
                await self._look()
            if self._known is None:
                raise Unavailable("postgres", "nothing is known of the catalog yet")
            return self._known

    async def _look(self) -> None:
        try:
            async with self._database.read() as session:
                version = await _version(session)
                if self._known is None or self._is_old(version):
                    self._known = await read_knowledge(session, self._settings)
                    self._version = version
                    self._read_at = self._seconds()
        except Unavailable:
            if self._known is None:
                raise
            log.warning("search_knowledge_is_old", version=self._version)
        self._looked_at = self._seconds()

    def _is_old(self, version: Version) -> bool:
        age = self._seconds() - self._read_at
        if version.lists != self._version.lists or age >= _LONGEST_SECONDS:
            return True
        return version.words != self._version.words and age >= _SHORTEST_SECONDS


async def read_knowledge(session: ReadSession, settings: SearchSettings) -> Knowledge:
    """Everything afresh: a statement for each 10,000 words and five more, and a tenth of a second of work in a thread
    for 100,000 words."""
    documents = await _read_words(session)
    synonyms = [SynonymTerms(*row) for row in await session.execute(sa.select(SynonymSet.terms, SynonymSet.one_way))]
    boosts = [BoostFields(*row) for row in await session.execute(_BOOSTS)]
    categories = [
        CategoryName(*row)
        for row in await session.execute(sa.select(Category.id, Category.name, Category.ancestor_ids))
    ]
    attributes = [AttributeName(*row) for row in await session.execute(_ATTRIBUTES)]
    attributes_of: dict[UUID, list[str]] = {}
    for category, code in await session.execute(_ATTRIBUTES_OF):
        attributes_of.setdefault(category, []).append(code)
    vocabulary = await asyncio.to_thread(Vocabulary, documents)
    lexicon = await asyncio.to_thread(make_lexicon, synonyms, boosts)
    ranker = Ranker(lexicon, await asyncio.to_thread(Categories, categories), settings.out_of_stock)
    return Knowledge(vocabulary, ranker, {attribute.code: attribute for attribute in attributes}, attributes_of)


async def _read_words(session: ReadSession) -> dict[str, int]:
    """How many products have each word; in pages of few large values, since taking in a row for each word would hold up
    all requests of the process."""
    documents: dict[str, int] = {}
    last = ""
    while True:
        terms, counts = (await session.execute(_WORDS, {"after": last, "limit": _WORDS_AT_ONCE})).one()
        documents.update(zip(terms or (), counts or (), strict=True))
        if len(terms or ()) < _WORDS_AT_ONCE:
            return documents
        last = terms[-1]


async def _version(session: ReadSession) -> Version:
    statement = sa.select(IndexState.name, IndexState.dictionary_version)
    versions = {row.name: row.dictionary_version for row in await session.execute(statement)}
    lists = versions.pop(WORD_LISTS, 0)
    return Version(lists, sum(versions.values()))


_WORDS = sa.text(
    """
    SELECT array_agg(term ORDER BY term), array_agg(documents ORDER BY term) FROM (
        SELECT term, documents FROM search_term WHERE documents > 0 AND term > :after ORDER BY term LIMIT :limit
    ) AS page
    """
)
_BOOSTS = sa.select(
    SearchBoost.name,
    SearchBoost.query_words,
    SearchBoost.title_words,
    SearchBoost.category_id,
    SearchBoost.brand_id,
    SearchBoost.product_id,
    SearchBoost.factor,
).order_by(SearchBoost.id)
_ATTRIBUTES = sa.select(Attribute.code, Attribute.label, Attribute.type, Attribute.unit).where(
    Attribute.filterable.is_(True)
)
_ATTRIBUTES_OF = (
    sa.select(CategoryAttribute.category_id, Attribute.code)
    .join(Attribute, Attribute.id == CategoryAttribute.attribute_id)
    .where(Attribute.filterable.is_(True))
    .order_by(CategoryAttribute.category_id, CategoryAttribute.position, Attribute.code)
)
