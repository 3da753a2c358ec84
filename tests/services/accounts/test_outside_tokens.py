"""Tokens of an outside issuer, and all that is forged to look like one."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.signing_keys.jwks import JwksSigningKeys
from core.problems import Denied, Unavailable
from services.accounts.outside_tokens import OutsideTokens, unverified_issuer
from services.accounts.tokens import Role, issue_token
from tests.factories.issuer import AUDIENCE, Issuer, encoded, running_issuer

SECRET = "a-secret-for-tests-of-32-characters"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture(scope="module")
async def tokens(issuer: Issuer) -> AsyncIterator[OutsideTokens]:
    keys = JwksSigningKeys(issuer.url, https_only=False)
    yield OutsideTokens(issuer.url, AUDIENCE, ("RS256", "ES256"), "roles", keys)
    await keys.close()


@pytest.mark.parametrize("kid", ["rsa", "ec"])
async def test_a_good_token_says_who_its_bearer_is(tokens: OutsideTokens, issuer: Issuer, kid: str) -> None:
    token = issuer.token(kid, name="Ann", email="ann@example.com", email_verified=True)

    claims = await tokens.read(token)

    assert (claims.issuer, claims.subject, claims.name) == (issuer.url, "somebody", "Ann")
    assert (claims.role, claims.verified_email) == (Role.CUSTOMER, "ann@example.com")
    assert timedelta(0) < claims.expires_at - datetime.now(UTC) <= timedelta(minutes=5)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ("operator", Role.OPERATOR),
        (["customer", "operator"], Role.OPERATOR),
        (["seller"], Role.SELLER),
        ("Operator", Role.CUSTOMER),
        ({"operator": True}, Role.CUSTOMER),
        ("anonymous", Role.CUSTOMER),
        (None, Role.CUSTOMER),
    ],
)
async def test_the_role_is_what_the_claim_names(
    tokens: OutsideTokens, issuer: Issuer, roles: object, role: Role
) -> None:
    claims = await tokens.read(issuer.token(roles=roles))

    assert claims.role is role


@pytest.mark.parametrize("verified", [None, False, "true", 1])
async def test_an_address_counts_only_if_it_is_verified(
    tokens: OutsideTokens, issuer: Issuer, verified: object
) -> None:
    claims = await tokens.read(issuer.token(email="ann@example.com", email_verified=verified))

    assert claims.verified_email is None


@pytest.mark.parametrize("name", ["", "x" * 256, "a\0b", "\ud800", 5])
async def test_a_name_that_cannot_be_kept_is_left_out(tokens: OutsideTokens, issuer: Issuer, name: object) -> None:
    claims = await tokens.read(issuer.token(name=name))

    assert claims.name is None


async def test_clocks_may_differ_by_half_a_minute(tokens: OutsideTokens, issuer: Issuer) -> None:
    now = int(time.time())

    await tokens.read(issuer.token(exp=now - 20))
    await tokens.read(issuer.token(nbf=now + 20, iat=now + 20))


def _unsigned(issuer: Issuer) -> str:
    return f"{encoded({'alg': 'none', 'kid': 'rsa', 'typ': 'JWT'})}.{encoded(issuer.claims())}."


def _public_key_as_secret(issuer: Issuer) -> str:
    """HS256 with what everybody can fetch. PyJWT refuses to make it, so it is made by hand."""
    pem = issuer.keys["rsa"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{encoded({'alg': 'HS256', 'kid': 'rsa'})}.{encoded(issuer.claims())}"
    signature = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{jwt.utils.base64url_encode(signature).decode()}"


def _tampered(issuer: Issuer) -> str:
    head, _, signature = issuer.token().split(".")
    return f"{head}.{encoded(issuer.claims(roles='operator'))}.{signature}"


def _by_another_key(issuer: Issuer) -> str:
    stranger = rsa.generate_private_key(65537, 2048)
    return jwt.encode(issuer.claims(), stranger, algorithm="RS256", headers={"kid": "rsa"})


def _by_another_kind_of_key(issuer: Issuer) -> str:
    stranger = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(issuer.claims(), stranger, algorithm="ES256", headers={"kid": "rsa"})


def _with_own_key(issuer: Issuer) -> str:
    """The token brings the key that it is to be checked with."""
    stranger = rsa.generate_private_key(65537, 2048)
    brought = jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    headers = {"kid": "brought", "jwk": brought, "jku": f"{issuer.url}/keys"}
    return jwt.encode(issuer.claims(), stranger, algorithm="RS256", headers=headers)


def _ours_in_its_name(issuer: Issuer) -> str:
    return jwt.encode(issuer.claims(role="operator"), SECRET, algorithm="HS256", headers={"kid": "rsa"})


def _now(seconds: int) -> int:
    return int(time.time()) + seconds


FORGED: dict[str, Callable[[Issuer], str]] = {
    "no signature": _unsigned,
    "no signature, said otherwise": lambda issuer: issuer.token().rpartition(".")[0] + ".",
    "a public key as a secret": _public_key_as_secret,
    "tampered": _tampered,
    "another key under a known id": _by_another_key,
    "another kind of key under a known id": _by_another_kind_of_key,
    "a key that it brings": _with_own_key,
    "signed by us": _ours_in_its_name,
    "an algorithm that is not allowed": lambda issuer: jwt.encode(
        issuer.claims(), issuer.keys["rsa"], algorithm="RS512", headers={"kid": "rsa"}
    ),
    "an unknown key": lambda issuer: issuer.token(headers={"kid": "unheard-of"}),
    "no key": lambda issuer: jwt.encode(issuer.claims(), issuer.keys["rsa"], algorithm="RS256"),
    "a path as key": lambda issuer: issuer.token(headers={"kid": "../../dev/null"}),
    "SQL as key": lambda issuer: issuer.token(headers={"kid": "' UNION SELECT 'secret'"}),
    "a key with a long name": lambda issuer: issuer.token(headers={"kid": "x" * 201}),
    "for somebody else": lambda issuer: issuer.token(aud="https://other.example"),
    "for nobody": lambda issuer: issuer.token(aud=None),
    "by another issuer": lambda issuer: issuer.token(iss="https://other.example"),
    "by an issuer that is called alike": lambda issuer: issuer.token(iss=issuer.url + "/"),
    "expired": lambda issuer: issuer.token(exp=_now(-31)),
    "without an end": lambda issuer: issuer.token(exp=None),
    "with an end that is no number": lambda issuer: issuer.token(exp="tomorrow"),
    "with an end beyond all time": lambda issuer: issuer.token(exp=10**18),
    "not yet": lambda issuer: issuer.token(nbf=_now(60)),
    "of the future": lambda issuer: issuer.token(iat=_now(60)),
    "without a beginning": lambda issuer: issuer.token(iat=None),
    "of nobody": lambda issuer: issuer.token(sub=None),
    "of a number": lambda issuer: issuer.token(sub=5),
    "of an empty name": lambda issuer: issuer.token(sub=""),
    "of a name that cannot be kept": lambda issuer: issuer.token(sub="a\0b"),
    "an ID token": lambda issuer: issuer.token(at_hash="x"),
    "an ID token of Keycloak": lambda issuer: issuer.token(typ="ID"),
    "an ID token of Cognito": lambda issuer: issuer.token(token_use="id"),
    "a token to sign out": lambda issuer: issuer.token(headers={"typ": "logout+jwt"}),
    "with a rule that is not known": lambda issuer: issuer.token(headers={"crit": ["exp"]}),
    "nonsense": lambda _: "nonsense",
    "empty": lambda _: "",
    "three dots": lambda _: "...",
    "deeply nested": lambda _: f"{jwt.utils.base64url_encode(b'[' * 5_000).decode()}.e30.x",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
async def test_refuses_what_is_forged(tokens: OutsideTokens, issuer: Issuer, forge: Callable[[Issuer], str]) -> None:
    with pytest.raises(Denied) as refused:
        await tokens.read(forge(issuer))

    assert refused.value.code == "UNAUTHENTICATED"


async def test_cannot_tell_while_the_issuer_is_gone() -> None:
    with running_issuer() as gone:
        token = gone.token()
    keys = JwksSigningKeys(gone.url, https_only=False)

    with pytest.raises(Unavailable):
        await OutsideTokens(gone.url, AUDIENCE, ("RS256",), None, keys).read(token)

    await keys.close()


@pytest.mark.parametrize("token", ["", "x", "a.b.c", f"e30.{jwt.utils.base64url_encode(b'[' * 5_000).decode()}.x"])
def test_who_is_to_check_nonsense_is_nobody(token: str) -> None:
    assert unverified_issuer(token) is None


def test_who_is_to_check_a_token_is_told_by_itself(issuer: Issuer) -> None:
    lifetime, now = timedelta(minutes=1), datetime.now(UTC)
    ours = issue_token(secret=SECRET, role=Role.OPERATOR, subject="me", lifetime=lifetime, now=now)

    assert unverified_issuer(ours) == "emporium"
    assert unverified_issuer(issuer.token(exp=1)) == issuer.url
