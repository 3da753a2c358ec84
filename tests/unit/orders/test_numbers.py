"""Numbers of orders: for people to read out and type, and nobody guesses the next."""

import pytest

from services.orders.numbers import ALPHABET, LENGTH, is_key_of, new_access_key, new_number, read_number


def test_numbers_have_ten_signs_that_look_like_no_others() -> None:
    numbers = {new_number() for _ in range(1000)}

    assert len(numbers) == 1000
    assert len(ALPHABET) == 32
    assert set("".join(numbers)) == set(ALPHABET)
    assert {len(number) for number in numbers} == {LENGTH}
    assert not set("01IO") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["BUSYBUYER2", "busybuyer2", " busyb-uyer2 ", "BUSYB UYER2"])
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read_number(typed) == "BUSYBUYER2"


@pytest.mark.parametrize("typed", ["", "BUSYBUYER", "BUSYBUYER22", "BUSYBUYER0", "BUSYBUYERÄ", "\x00" * 10, "-" * 1000])
def test_other_texts_are_no_numbers(typed: str) -> None:
    assert read_number(typed) is None


def test_a_key_is_long_and_only_itself() -> None:
    key = new_access_key()

    assert len(key) == 22
    assert is_key_of(key, key)
    assert not is_key_of(key, key.swapcase())
    assert not is_key_of(key, "")
    assert not is_key_of(key, "\ud800")
