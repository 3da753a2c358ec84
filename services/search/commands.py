"""Writes of the word lists. Each tells all processes in its own transaction that words have changed."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from core.ids import new_id
from core.problems import NotFound, Problem, Rejected
from models.catalog import Brand, Category, Product
from models.search import IndexState, SearchBoost, SynonymSet
from services.search.announcements import announce_word_lists
from services.search.defaults import default_boosts, default_synonyms
from services.search.problems import NameTaken
from services.search.rules import check_boost, check_terms, tidy
from services.search.word_lists import SearchBoostRecord, SynonymSetRecord
from services.unit_of_work import UnitOfWork

# The row that says which default lists a store has been given, so that what operators delete stays deleted.
_SEEDED = "default_word_lists"
_Target = type[Category] | type[Brand] | type[Product]


async def save_synonym_set(
    unit: UnitOfWork, *, terms: Sequence[str], one_way: bool = False, id: UUID | None = None
) -> SynonymSetRecord:
    """Make a set, or with an `id` change that one. Raises `Rejected`: BadTerms, NotFound."""
    tidied = tidy(terms)
    if problems := check_terms(tidied):
        raise Rejected(*problems)
    values = {"terms": tidied, "one_way": one_way}
    if id is None:
        key = new_id()
        await unit.session.execute(sa.insert(SynonymSet).values(id=key, **values))
    else:
        key = id
        statement = sa.update(SynonymSet).where(SynonymSet.id == id).values(**values).returning(SynonymSet.id)
        if (await unit.session.execute(statement)).scalar_one_or_none() is None:
            raise Rejected(_not_found("SynonymSet"))
    await announce_word_lists(unit)
    return SynonymSetRecord(key, tuple(tidied), one_way)


async def delete_synonym_set(unit: UnitOfWork, *, id: UUID) -> UUID:
    """Delete a set; returns its id. Raises `Rejected`: NotFound."""
    statement = sa.delete(SynonymSet).where(SynonymSet.id == id).returning(SynonymSet.id)
    if (await unit.session.execute(statement)).scalar_one_or_none() is None:
        raise Rejected(_not_found("SynonymSet"))
    await announce_word_lists(unit)
    return id


async def save_search_boost(
    unit: UnitOfWork,
    *,
    name: str,
    factor: float,
    query_words: Sequence[str] = (),
    title_words: Sequence[str] = (),
    category_id: UUID | None = None,
    brand_id: UUID | None = None,
    product_id: UUID | None = None,
    id: UUID | None = None,
) -> SearchBoostRecord:
    """Make a rule, or with an `id` change that one. Raises `Rejected`: with all that is wrong in itself, else with all
    that does not fit the store (NotFound, NameTaken)."""
    record = SearchBoostRecord(
        id=id or new_id(),
        name=" ".join(name.split()),
        query_words=tuple(tidy(query_words)),
        title_words=tuple(tidy(title_words)),
        category_id=category_id,
        brand_id=brand_id,
        product_id=product_id,
        factor=factor,
    )
    targets: dict[str, tuple[_Target, UUID | None]] = {
        "category": (Category, category_id),
        "brand": (Brand, brand_id),
        "product": (Product, product_id),
    }
    if problems := check_boost(
        name=record.name,
        query_words=record.query_words,
        title_words=record.title_words,
        has_target=any(key is not None for _, key in targets.values()),
        factor=factor,
    ):
        # Not asked of Postgres first: it fails at texts that it cannot keep.
        raise Rejected(*problems)
    for path, (table, key) in targets.items():
        if key is not None and not await _exists(unit, table, key):
            problems.append(_not_found(table.__name__, path))
    statement = sa.select(SearchBoost.id).where(SearchBoost.name == record.name, SearchBoost.id != record.id)
    if (await unit.session.execute(statement)).first() is not None:
        problems.append(_name_taken(record.name))
    if problems:
        raise Rejected(*problems)
    try:
        async with unit.session.begin_nested():
            await _write_boost(unit, record, is_new=id is None)
    except IntegrityError as error:
        if "uq_search_boost_name" not in str(error.orig):
            raise
        # Another took the name since it was looked for.
        raise Rejected(_name_taken(record.name)) from error
    await announce_word_lists(unit)
    return record


async def delete_search_boost(unit: UnitOfWork, *, id: UUID) -> UUID:
    """Delete a rule; returns its id. Raises `Rejected`: NotFound."""
    statement = sa.delete(SearchBoost).where(SearchBoost.id == id).returning(SearchBoost.id)
    if (await unit.session.execute(statement)).scalar_one_or_none() is None:
        raise Rejected(_not_found("SearchBoost"))
    await announce_word_lists(unit)
    return id


async def seed_dictionary(unit: UnitOfWork) -> bool:
    """Give a new store the default word lists; says whether it did. Done once: what operators delete stays deleted."""
    statement = insert(IndexState).values(name=_SEEDED).on_conflict_do_nothing().returning(IndexState.name)
    if (await unit.session.execute(statement)).scalar_one_or_none() is None:
        return False
    synonyms = [{"id": new_id(), "terms": list(entry.terms), "one_way": entry.one_way} for entry in default_synonyms()]
    boosts = [
        {
            "id": new_id(),
            "name": boost.name,
            "query_words": list(boost.query_words),
            "title_words": list(boost.title_words),
            "factor": boost.factor,
        }
        for boost in default_boosts()
    ]
    await unit.session.execute(sa.insert(SynonymSet), synonyms)
    await unit.session.execute(insert(SearchBoost).on_conflict_do_nothing(), boosts)
    await announce_word_lists(unit)
    return True


async def _exists(unit: UnitOfWork, table: _Target, key: UUID) -> bool:
    # Locked as a foreign key would, so that it does not go before the rule is there.
    statement = sa.select(table.id).where(table.id == key).with_for_update(read=True, key_share=True)
    return (await unit.session.execute(statement)).first() is not None


async def _write_boost(unit: UnitOfWork, record: SearchBoostRecord, *, is_new: bool) -> None:
    values = record._asdict()
    values |= {"query_words": list(record.query_words), "title_words": list(record.title_words)}
    if is_new:
        await unit.session.execute(sa.insert(SearchBoost).values(**values))
        return
    statement = sa.update(SearchBoost).where(SearchBoost.id == record.id).values(**values).returning(SearchBoost.id)
    if (await unit.session.execute(statement)).scalar_one_or_none() is None:
        raise Rejected(_not_found("SearchBoost"))


def _name_taken(name: str) -> Problem:
    return NameTaken(message=f"There is a rule named {name!r} already.", path=("name",))


def _not_found(kind: str, path: str = "id") -> Problem:
    return NotFound(message=f"There is no such {kind}.", path=(path,), kind=kind)
