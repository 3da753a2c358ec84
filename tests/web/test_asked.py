"""What a client asks for is taken as it is, or refused."""

import pytest

from web.asked import BadRequest, as_asked


def _nested(depth: int) -> list[object]:
    return [] if depth == 0 else [_nested(depth - 1)]


def test_variables_that_no_page_sends_are_refused() -> None:
    with pytest.raises(BadRequest) as refusal:
        as_asked({"query": "{ a }", "variables": {"a": _nested(300)}})

    assert refusal.value.code == "VARIABLES_TOO_DEEP"


def test_variables_of_a_page_are_taken() -> None:
    asked = as_asked({"query": "{ a }", "variables": {"a": _nested(100)}})

    assert asked.variables == {"a": _nested(100)}
