"""Access tokens: what they say, and all that is refused."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from core.problems import Denied
from services.accounts.letter_tokens import Purpose, issue_letter_token
from services.accounts.tokens import ACCESS_TYPE, ALGORITHM, ISSUER, Principal, Role, issue_token, key_id, read_token

SECRET = "a secret for these tests, long enough for HMAC"
OTHER = "another secret that is long enough for HMAC too"
ACCOUNT, SESSION, SELLER = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = datetime.now(UTC).replace(microsecond=0)
HEADER = {"typ": ACCESS_TYPE, "kid": key_id(SECRET)}
# Longer than any run of the tests, which begins when this is read.
LIFETIME = timedelta(days=1)


def _claims(**changes: object) -> dict[str, Any]:
    claims = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": str(ACCOUNT),
        "role": "customer",
        "iat": NOW,
        "exp": NOW + LIFETIME,
        "jti": "1",
        "sid": str(SESSION),
    }
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def _signed(claims: Mapping[str, Any], *, secret: str = SECRET, header: Mapping[str, Any] = HEADER) -> str:
    return jwt.encode(dict(claims), secret, algorithm=ALGORITHM, headers=dict(header))


def test_a_customer_s_token_names_account_and_session() -> None:
    token = issue_token(
        secret=SECRET, role=Role.CUSTOMER, subject=str(ACCOUNT), lifetime=LIFETIME, now=NOW, session_id=SESSION
    )

    principal = read_token(token, secret=SECRET)

    assert principal == Principal(Role.CUSTOMER, str(ACCOUNT), NOW + LIFETIME, ACCOUNT, SESSION, None)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "at+jwt", "kid": key_id(SECRET)}


def test_a_seller_s_token_names_the_seller() -> None:
    token = issue_token(
        secret=SECRET,
        role=Role.SELLER,
        subject=str(ACCOUNT),
        lifetime=LIFETIME,
        now=NOW,
        session_id=SESSION,
        acts_for=SELLER,
    )

    assert read_token(token, secret=SECRET).seller_id == SELLER


def test_a_token_made_by_hand_has_no_account() -> None:
    token = issue_token(secret=SECRET, role=Role.SELLER, subject=str(SELLER), lifetime=LIFETIME, now=NOW)

    principal = read_token(token, secret=SECRET)

    assert (principal.account_id, principal.session_id, principal.seller_id) == (None, None, SELLER)


def test_no_two_tokens_are_the_same() -> None:
    one, other = (
        issue_token(secret=SECRET, role=Role.OPERATOR, subject="me", lifetime=LIFETIME, now=NOW) for _ in range(2)
    )

    assert one != other


def test_the_key_s_id_does_not_tell_the_key() -> None:
    assert key_id(SECRET) != key_id(OTHER)
    assert key_id(SECRET) not in SECRET


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(algorithm: str) -> str:
    times = {"iat": int(NOW.timestamp()), "exp": int((NOW + LIFETIME).timestamp())}
    return f"{_part({**HEADER, 'alg': algorithm})}.{_part({**_claims(), **times})}."


def _by_rsa() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(_claims(), key, algorithm="RS256", headers=HEADER)


def _by_public_key_as_secret() -> str:
    """The classic confusion: an RSA key that is public, taken for the secret of an HMAC."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = _unsigned("HS256").rstrip(".")
    signature = hmac.digest(pem, text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _without(claim: str) -> str:
    return _signed(_claims(**{claim: None}))


REFUSED: Mapping[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no JWT": lambda: "a.b.c",
    "half a character": lambda: "\ud800.b.c",
    "alg none": lambda: _unsigned("none"),
    "alg None in another case": lambda: _unsigned("NoNe"),
    "unsigned": lambda: _unsigned("HS256"),
    "other secret": lambda: _signed(_claims(), secret=OTHER),
    "other secret, its key named": lambda: _signed(_claims(), secret=OTHER, header={**HEADER, "kid": key_id(OTHER)}),
    "unknown kid": lambda: _signed(_claims(), header={**HEADER, "kid": "x"}),
    "no kid": lambda: _signed(_claims(), header={"typ": ACCESS_TYPE}),
    "usual typ": lambda: _signed(_claims(), header={**HEADER, "typ": "JWT"}),
    "unknown typ": lambda: _signed(_claims(), header={**HEADER, "typ": "rt+jwt"}),
    "HS512": lambda: jwt.encode(_claims(), SECRET * 2, algorithm="HS512", headers=HEADER),
    "RS256": _by_rsa,
    "a public key as secret": _by_public_key_as_secret,
    "expired": lambda: _signed(_claims(exp=NOW - timedelta(seconds=1))),
    "issued later": lambda: _signed(_claims(iat=NOW + timedelta(hours=1))),
    "wrong audience": lambda: _signed(_claims(aud="somebody")),
    "wrong issuer": lambda: _signed(_claims(iss="somebody")),
    **{f"no {name}": partial(_without, name) for name in ("iss", "aud", "sub", "role", "iat", "exp", "jti")},
    "unknown role": lambda: _signed(_claims(role="root")),
    "list of roles": lambda: _signed(_claims(role=["operator"])),
    "session without account": lambda: _signed(_claims(sub="somebody")),
    "session that is no id": lambda: _signed(_claims(sid="x")),
    "session that is a number": lambda: _signed(_claims(sid=7)),
    "seller's session without seller": lambda: _signed(_claims(role="seller")),
    "letter's token": lambda: issue_letter_token(
        Purpose.RESET, secret=SECRET, account_id=ACCOUNT, bound_to="x", now=NOW
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    with pytest.raises(Denied) as refusal:
        read_token(REFUSED[case](), secret=SECRET)

    assert refusal.value.code == "UNAUTHENTICATED"


def test_a_changed_token_is_refused() -> None:
    header, claims, signature = _signed(_claims()).split(".")
    other = _part({**_claims(iat=int(NOW.timestamp()), exp=int((NOW + LIFETIME).timestamp())), "role": "operator"})

    for token in (f"{header}.{other}.{signature}", f"{header}.{claims}.{signature[:-2]}", f"{header}.{claims}"):
        with pytest.raises(Denied):
            read_token(token, secret=SECRET)
