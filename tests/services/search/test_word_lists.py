"""Editing word lists, and the lists that a new store starts with."""

import asyncio

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from core.search_settings import SearchSettings
from models.search import SearchBoost, SynonymSet
from services.search.commands import (
    delete_search_boost,
    delete_synonym_set,
    save_search_boost,
    save_synonym_set,
    seed_dictionary,
)
from services.search.knowledge import KnowledgeCache
from services.unit_of_work import Database


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def _count(database: Database, table: type[SynonymSet | SearchBoost]) -> int:
    async with database.read() as session:
        return int((await session.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


async def test_a_new_store_gets_the_default_lists_once(database: Database) -> None:
    async with database.unit() as unit:
        first = await seed_dictionary(unit)
    sets = await _count(database, SynonymSet)

    async with database.unit() as unit:
        second = await seed_dictionary(unit)

    assert (first, second) == (True, False)
    assert sets == await _count(database, SynonymSet) > 0
    assert await _count(database, SearchBoost) > 0


async def test_what_an_operator_deleted_stays_deleted(database: Database) -> None:
    async with database.unit() as unit:
        await seed_dictionary(unit)
        key = (await unit.session.execute(sa.select(SynonymSet.id).limit(1))).scalar_one()
        await delete_synonym_set(unit, id=key)
    left = await _count(database, SynonymSet)

    async with database.unit() as unit:
        await seed_dictionary(unit)

    assert await _count(database, SynonymSet) == left


async def test_a_running_process_hears_of_a_change_within_a_second(database: Database) -> None:
    clock = Clock()
    cache = KnowledgeCache(database, SearchSettings(), seconds=clock)
    before = (await cache.current()).lexicon

    async with database.unit() as unit:
        saved = await save_synonym_set(unit, terms=["tent", " wigwam  tent "], one_way=True)
    clock.now += 1.1
    after = (await cache.current()).lexicon

    assert saved.terms == ("tent", "wigwam tent")
    assert ("tent",) not in before.synonyms
    assert set(after.synonyms) == {("tent",)}


async def test_changes_a_set_and_refuses_one_that_is_gone(database: Database) -> None:
    async with database.unit() as unit:
        made = await save_synonym_set(unit, terms=["a1", "b1"])
        changed = await save_synonym_set(unit, id=made.id, terms=["a1", "c1"], one_way=True)

    assert changed == (made.id, ("a1", "c1"), True)
    async with database.unit() as unit:
        with pytest.raises(Rejected) as refusal:
            await save_synonym_set(unit, id=new_id(), terms=["a1", "b1"])
    assert [problem.code for problem in refusal.value.problems] == ["NOT_FOUND"]


async def test_rules_have_names_of_their_own_and_targets_that_exist(database: Database) -> None:
    async with database.unit() as unit:
        await save_search_boost(unit, name="sale", factor=2, title_words=["sale"])

    async with database.unit() as unit:
        with pytest.raises(Rejected) as refusal:
            await save_search_boost(unit, name=" sale ", factor=2, brand_id=new_id())

    assert sorted(problem.code for problem in refusal.value.problems) == ["NAME_TAKEN", "NOT_FOUND"]


async def test_a_rule_can_be_changed_and_deleted(database: Database) -> None:
    async with database.unit() as unit:
        made = await save_search_boost(unit, name="sale", factor=2, title_words=["sale"])
        await save_search_boost(unit, id=made.id, name="sale", factor=3, title_words=["sale", "offer"])
        factor = (await unit.session.execute(sa.select(SearchBoost.factor))).scalar_one()
        await delete_search_boost(unit, id=made.id)

    assert factor == 3
    assert await _count(database, SearchBoost) == 0


async def test_of_two_rules_of_one_name_saved_at_once_one_is_refused(database: Database) -> None:
    async def save() -> None:
        async with database.unit() as unit:
            await save_search_boost(unit, name="sale", factor=2, title_words=["sale"])
            await asyncio.sleep(0.1)

    outcomes = await asyncio.gather(*(save() for _ in range(3)), return_exceptions=True)

    refusals = [outcome for outcome in outcomes if outcome is not None]
    assert [type(refusal) for refusal in refusals] == [Rejected] * 2
    assert {problem.code for refusal in refusals if isinstance(refusal, Rejected) for problem in refusal.problems} == {
        "NAME_TAKEN"
    }
    assert await _count(database, SearchBoost) == 1
