"""Spelling."""

import gc
import weakref

import pytest

from services.search.vocabulary import Vocabulary

CATALOG = Vocabulary(
    {
        "headphone": 200,
        "radio": 90,
        "battery": 300,
        "tablet": 80,
        "table": 300,
        "cable": 400,
        "gaming": 60,
        "mouse": 90,
        "yelow": 1,
        "yellow": 250,
        "xm3": 4,
        "hp": 900,
    }
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("headphons", "headphones"),
        ("haedphones", "headphones"),
        ("headpohne", "headphone"),
        ("radois", "radios"),
        ("batterise", "batteries"),
        ("hesdphonex", "headphones"),
    ],
)
def test_corrects_towards_the_catalog_as_people_write_it(typed: str, expected: str) -> None:
    assert CATALOG.correct(typed)[0][0].written == expected


@pytest.mark.parametrize("typed", ["headphone", "radios", "tables", "h", "xm4", "1234", "zzyzx"])
def test_leaves_known_words_codes_and_strangers_alone(typed: str) -> None:
    assert CATALOG.correct(typed) == ()


def test_offers_several_spellings_the_commonest_first() -> None:
    found = [spelling.term for (spelling,) in CATALOG.correct("tablt")]

    assert found == ["table", "tablet"]


def test_finds_the_missing_space() -> None:
    ((first, second),) = CATALOG.correct("gamingmouse")

    assert (first.term, second.term) == ("gaming", "mouse")


def test_doubts_a_rare_word_that_is_nearly_a_common_one() -> None:
    assert [spelling.term for (spelling,) in CATALOG.correct("yelow")] == ["yellow"]


def test_completes_with_the_commonest_terms() -> None:
    assert CATALOG.completions("ta", 5) == ["table", "tablet"]
    assert CATALOG.completions("t", 1) == ["table"]
    assert CATALOG.completions("q", 5) == []


def test_an_empty_catalog_corrects_nothing() -> None:
    assert Vocabulary({}).correct("headphones") == ()


def test_is_freed_with_its_last_user_however_seldom_garbage_is_collected() -> None:
    vocabulary = Vocabulary({"kettle": 3})
    vocabulary.correct("kettel")
    watched = weakref.ref(vocabulary)

    gc.disable()
    del vocabulary
    left = watched()
    gc.enable()

    assert left is None
