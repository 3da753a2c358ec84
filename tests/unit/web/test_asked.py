"""What is a request, and what is none."""

from typing import Any

import pytest

from web.asked import Asked, BadRequest, as_asked, parse_json

DIGEST = "0" * 64


@pytest.mark.parametrize(
    "text",
    [
        b'{"query": "{ a }", "query": "{ b }"}',
        b'{"query": "{ a }", "\\u0071uery": "{ b }"}',
        b'{"query": "{ a }", "variables": {"query": 1, "query": 2}}',
    ],
)
def test_a_name_may_stand_once_in_an_object(text: bytes) -> None:
    with pytest.raises(BadRequest, match="two members of one name"):
        parse_json(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": 1e400}',
        b'{"a": NaN}',
        b'"\\ud800"',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"",
        b'{"a": ' + b"9" * 400 + b"}",
    ],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_json(text)

    assert (refused.value.status, refused.value.code) == (400, "BAD_JSON")


def test_values_may_look_like_names_of_parameters() -> None:
    found = parse_json('{"query": "query", "operationName": "query", "variables": {"a": "\\u00e9", "query": [1]}}')

    assert found == {"query": "query", "operationName": "query", "variables": {"a": "é", "query": [1]}}


@pytest.mark.parametrize(
    ("fields", "document_id"),
    [
        ({"documentId": f"sha256:{DIGEST}"}, DIGEST),
        ({"documentId": "listing-7"}, "listing-7"),
        ({"documentId": "listing-7", "query": ""}, "listing-7"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": DIGEST}}}, DIGEST),
        ({"documentId": DIGEST, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": DIGEST}}}, DIGEST),
    ],
)
def test_a_document_may_be_named_in_two_ways(fields: dict[str, Any], document_id: str) -> None:
    assert as_asked(fields) == Asked("", None, None, document_id)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"query": None},
        {"documentId": ""},
        {"documentId": 1},
        {"documentId": "a" * 201},
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {"sha256Hash": DIGEST}}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": DIGEST}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 1}}},
        {"documentId": "a", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": DIGEST}}},
        {"query": "{ a }", "variables": "{}"},
    ],
)
def test_what_names_no_document_or_two_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        as_asked(fields)

    assert (refused.value.status, refused.value.code) == (400, "BAD_REQUEST")
