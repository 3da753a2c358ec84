"""What callers are told of failures that are not theirs."""

import pytest
from graphql import GraphQLError

from core.problems import Contended, Unavailable
from web.execution import format_error

DOWN = "This part of the store does not answer at the moment. Try again soon."
CONTENDED = "Others are changing this at the moment. Try again."


@pytest.mark.parametrize(
    ("cause", "message"), [(Unavailable("postgres", "secret"), DOWN), (Contended("postgres", "secret"), CONTENDED)]
)
def test_what_did_not_answer_is_told_from_what_others_hold(cause: Unavailable, message: str) -> None:
    error = GraphQLError("secret", original_error=cause)

    told = format_error(error, "r1")

    assert told["message"] == message
    assert told["extensions"] == {"code": "UNAVAILABLE", "part": "postgres", "requestId": "r1"}
