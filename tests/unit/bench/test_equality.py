"""When two answers count as equal, and how a difference is told."""

from bench.equality import first_difference, normalised, normalised_numbers


def test_order_of_keys_and_extensions_do_not_count() -> None:
    one = {"data": {"a": 1, "b": [1, 2]}, "extensions": {"profile": {}}}
    other = {"data": {"b": [1, 2], "a": 1}}

    assert normalised(one) == normalised(other)


def test_order_of_lists_counts() -> None:
    assert normalised({"data": [1, 2]}) != normalised({"data": [2, 1]})


def test_whole_numbers_and_fractions_differ() -> None:
    assert normalised({"data": 4}) != normalised({"data": 4.0})
    assert first_difference(4, 4.0) == ".: 4 against 4.0"


def test_whole_numbers_are_equal_however_javascript_writes_them() -> None:
    one, other = {"data": [{"average": 5.0}, 4.5]}, {"data": [{"average": 5}, 4.5]}

    assert normalised_numbers(one) == normalised_numbers(other)


def test_fractions_count_in_javascript() -> None:
    assert normalised_numbers({"data": 4.5}) != normalised_numbers({"data": 4})


def test_difference_is_told_by_its_place() -> None:
    one = {"products": [{"title": "Mug"}, {"title": "Cup"}]}
    other = {"products": [{"title": "Mug"}, {"title": "Jug"}]}

    found = first_difference(one, other)

    assert found == ".products[1].title: 'Cup' against 'Jug'"


def test_missing_key_is_told() -> None:
    assert first_difference({"a": 1}, {}) == ".a: 1 against None"


def test_lists_of_different_length_are_told_whole() -> None:
    assert first_difference([1], [1, 2]) == ".: [1] against [1, 2]"


def test_equal_values_have_no_difference() -> None:
    assert first_difference({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == ""
