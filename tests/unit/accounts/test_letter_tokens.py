"""Tokens of letters: for one purpose and for a while."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest

from services.accounts.letter_tokens import Claim, Purpose, fingerprint, issue_letter_token, read_letter_token
from services.accounts.tokens import Role, issue_token

SECRET = "a secret for these tests, long enough for HMAC"
ACCOUNT = UUID(int=1)
NOW = datetime.now(UTC)


def _token(purpose: Purpose = Purpose.RESET, *, secret: str = SECRET, now: datetime = NOW) -> str:
    return issue_letter_token(purpose, secret=secret, account_id=ACCOUNT, bound_to="something", now=now)


@pytest.mark.parametrize("purpose", Purpose)
def test_says_whose_it_is_and_what_it_is_bound_to(purpose: Purpose) -> None:
    claim = read_letter_token(purpose, _token(purpose), secret=SECRET)

    assert claim == Claim(ACCOUNT, fingerprint("something"))


def test_does_not_tell_what_it_is_bound_to() -> None:
    assert "something" not in str(jwt.decode(_token(), options={"verify_signature": False}))


@pytest.mark.parametrize(("purpose", "hours"), [(Purpose.RESET, 1), (Purpose.VERIFY, 48)])
def test_is_good_for_its_time(purpose: Purpose, hours: int) -> None:
    # Not `NOW`, which is as long ago as these tests were loaded.
    begun = datetime.now(UTC) - timedelta(hours=hours)
    nearly = _token(purpose, now=begun + timedelta(minutes=1))
    over = _token(purpose, now=begun - timedelta(minutes=1))

    assert read_letter_token(purpose, nearly, secret=SECRET) is not None
    assert read_letter_token(purpose, over, secret=SECRET) is None


def test_is_for_one_purpose_only() -> None:
    assert read_letter_token(Purpose.VERIFY, _token(Purpose.RESET), secret=SECRET) is None
    assert read_letter_token(Purpose.RESET, _token(Purpose.VERIFY), secret=SECRET) is None


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "\ud800", _token(secret="another secret that is long enough, too")]
)
def test_refuses_what_it_has_not_issued(token: str) -> None:
    assert read_letter_token(Purpose.RESET, token, secret=SECRET) is None


def test_an_access_token_is_none() -> None:
    access = issue_token(secret=SECRET, role=Role.CUSTOMER, subject=str(ACCOUNT), lifetime=timedelta(hours=1), now=NOW)

    assert read_letter_token(Purpose.RESET, access, secret=SECRET) is None
