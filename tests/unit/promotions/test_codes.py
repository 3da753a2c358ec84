"""One form of a code, whatever shoppers type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.promotions import code_key


@pytest.mark.parametrize(
    "text", ["WELCOME10", "welcome10", " Welcome-10 ", "wel\u2011come\u00a010", "ＷＥＬＣＯＭＥ１０"]
)
def test_spellings_of_a_code_have_one_key(text: str) -> None:
    assert code_key(text) == "welcome10"


@pytest.mark.parametrize(
    ("text", "other"),
    [("STRASSE", "straße"), ("CAFÉ", "cafe\u0301"), ("ΣΊΣΥΦΟΣ", "σίσυφος")],
)
def test_other_scripts_have_one_key_too(text: str, other: str) -> None:
    assert code_key(text) == code_key(other) != ""


@pytest.mark.parametrize(
    "text", ["", "ab", "- a b -", "x" * 41, "x" * 10_000, "abc\0", "abc\ud800", "abc\u202e", "a" * 3 + " " * 200]
)
def test_what_is_no_code_has_none(text: str) -> None:
    assert code_key(text) == ""


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    key = code_key(text)

    assert key == "" or (code_key(key) == key and 3 <= len(key) <= 40)
