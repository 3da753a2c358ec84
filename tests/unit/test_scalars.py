"""Moments and days as clients write them."""

from datetime import UTC, datetime

import pytest
from graphql import GraphQLError

from schema.scalars import DATE_TIME


def test_a_moment_is_taken_in_any_zone() -> None:
    assert DATE_TIME.parse_value is not None
    assert DATE_TIME.parse_value("2026-11-23T12:00:00+02:00") == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-11-23", "2026-11-23T12:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"],
)
def test_what_is_no_moment_in_utc_is_the_callers_mistake(text: str) -> None:
    assert DATE_TIME.parse_value is not None
    with pytest.raises(GraphQLError):
        DATE_TIME.parse_value(text)
