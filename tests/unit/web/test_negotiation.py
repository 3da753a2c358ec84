"""The media type of an answer, by what the client says of its taste."""

import pytest

from web.negotiation import EVENT_STREAM, JSON_TYPE, RESPONSE_TYPE, is_utf_8_json, negotiate


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON_TYPE),
        ("*/*", JSON_TYPE),
        ("application/*", JSON_TYPE),
        (f"{RESPONSE_TYPE}, {JSON_TYPE}", RESPONSE_TYPE),
        (f"{JSON_TYPE}, {RESPONSE_TYPE}", JSON_TYPE),
        (f"{JSON_TYPE};q=0.5, {RESPONSE_TYPE};q=0.9", RESPONSE_TYPE),
        (f"{RESPONSE_TYPE};q=0.5, {JSON_TYPE}", JSON_TYPE),
        (f"{JSON_TYPE};q=0.9, {EVENT_STREAM}", EVENT_STREAM),
        (f"{EVENT_STREAM};q=0.1, */*", JSON_TYPE),
        (f"{JSON_TYPE};q=0.1, */*", RESPONSE_TYPE),
        (f"*/*, {JSON_TYPE};q=0", RESPONSE_TYPE),
        ("text/*", EVENT_STREAM),
        ("multipart/mixed;deferSpec=20220824, application/json", JSON_TYPE),
        (f"{RESPONSE_TYPE}; charset=UTF-8, {JSON_TYPE}; charset=utf-8", RESPONSE_TYPE),
        (f"{RESPONSE_TYPE}; charset=utf-16, {JSON_TYPE}", JSON_TYPE),
        ("APPLICATION/JSON", JSON_TYPE),
    ],
)
def test_the_greatest_weight_wins_and_then_the_first(accept: str, chosen: str) -> None:
    assert negotiate(accept) == chosen


@pytest.mark.parametrize(
    "accept", ["image/png", "*/*;q=0", "application/json;q=0", "application/json;q=two", "json", ",", ";q=1"]
)
def test_nothing_is_chosen_where_nothing_is_wanted(accept: str) -> None:
    assert negotiate(accept) is None


@pytest.mark.parametrize(
    ("content_type", "is_taken"),
    [
        ("application/json", True),
        ("Application/JSON ; charset=UTF-8", True),
        ('application/json; charset="utf-8"', True),
        ("application/json; charset=utf-16", False),
        ("application/json; charset=latin1", False),
        ("application/jsonp", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_bodies_are_json_in_utf_8(content_type: str, is_taken: bool) -> None:
    assert is_utf_8_json(content_type) is is_taken
