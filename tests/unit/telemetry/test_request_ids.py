"""Whose id a request has."""

import re

import pytest
from starlette.requests import Request

from web.request_ids import request_id_of


def request(given: str) -> Request:
    return Request({"type": "http", "headers": [(b"x-request-id", given.encode())]})


@pytest.mark.parametrize("given", ["0af76519", "app-7.3_ios.42", "a" * 64])
def test_a_well_formed_id_of_the_caller_is_taken(given: str) -> None:
    assert request_id_of(request(given)) == given


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with space in it", "line\nbreak", "${jndi:ldap}", "ümlaute-ab"]
)
def test_any_other_is_replaced(given: str) -> None:
    found = request_id_of(request(given))

    assert re.fullmatch("[0-9a-f]{32}", found)
