"""Text to tokens."""

import pytest

from services.search.analysis import ordered_tokens, singular, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café CRÈME", ["cafe", "creme"]),
        ("Ｆｕｌｌ width", ["full", "width"]),
        ("Straße", ["strasse"]),
        ("a\x00b\u200bc\x1b[31m", ["a", "b", "c", "31m"]),
        ("", []),
        ("-- & / ...", []),
    ],
)
def test_folds_case_width_accents_and_control_characters(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('15.6"', "15.6in"),
        ("15.60 inches", "15.6in"),
        ("1 TB", "1tb"),
        ("16GB", "16gb"),
        ("10,000 mAh", "10000mah"),
        ("500-GB", "500gb"),
        ("1 pc(s)", "1pcs"),
        ("2.4 GHz", "2.4ghz"),
    ],
)
def test_joins_a_number_and_its_unit(text: str, expected: str) -> None:
    assert tokens(text) == [expected]


@pytest.mark.parametrize("text", ["7" * 5_000, "7" * 5_000 + " GB", "a" * 5_000, "b" * 5_000 + "7"])
def test_cuts_off_what_is_no_word_of_any_language(text: str) -> None:
    assert max(map(len, tokens(text))) < 100


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("WH-1000XM3", "wh1000xm3", ["wh", "1000xm3"]),
        ("iPhone7", "iphone7", ["iphone", "7"]),
        ("Wi-Fi", "wifi", ["wi", "fi"]),
        ("T-shirts", "tshirt", ["t", "shirt"]),
    ],
)
def test_keeps_models_and_compounds_whole_and_in_parts(text: str, whole: str, parts: list[str]) -> None:
    assert tokens(text) == [whole, *parts]
    assert ordered_tokens(text) == parts


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("batteries", "battery"),
        ("boxes", "box"),
        ("headphones", "headphone"),
        ("glasses", "glass"),
        ("mice", "mouse"),
        ("women", "woman"),
        ("movies", "movy"),
        ("movie", "movy"),
    ],
)
def test_takes_off_plural_endings(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize("word", ["wireless", "status", "gps", "chassis", "charger", "gaming", "pc5s"])
def test_leaves_what_is_no_plural(word: str) -> None:
    assert singular(word) == word


def test_a_possessive_is_its_owner() -> None:
    assert tokens("children's Levi’s") == ["child", "levi"]
