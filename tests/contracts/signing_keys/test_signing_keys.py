"""The keys of an issuer that rotates them, dawdles, talks nonsense or is gone; by real sockets."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from adapters.signing_keys.jwk import read_key_set
from adapters.signing_keys.jwks import JwksSigningKeys
from core.problems import Unavailable
from tests.factories.issuer import Issuer, running_issuer


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(issuer: Issuer, clock: Clock) -> AsyncIterator[JwksSigningKeys]:
    opened = JwksSigningKeys(issuer.url, https_only=False, timeout_seconds=0.5, clock=clock)
    yield opened
    await opened.close()


async def test_each_kind_of_key_comes_with_its_own_algorithms(keys: JwksSigningKeys) -> None:
    found = {kid: await keys.find(kid) for kid in ("rsa", "ec")}

    assert found["rsa"] is not None
    assert found["ec"] is not None
    assert found["rsa"].algorithms == {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
    assert found["ec"].algorithms == {"ES256"}


async def test_a_known_key_is_not_asked_for_again(keys: JwksSigningKeys, issuer: Issuer, clock: Clock) -> None:
    await keys.find("rsa")
    clock.now = 299.0

    await keys.find("rsa")

    assert issuer.asked == 1


async def test_many_at_once_share_one_fetch(keys: JwksSigningKeys, issuer: Issuer) -> None:
    found = await asyncio.gather(*(keys.find("rsa") for _ in range(50)))

    assert None not in found
    assert issuer.asked == 1


async def test_a_new_key_is_known_at_once(keys: JwksSigningKeys, issuer: Issuer, clock: Clock) -> None:
    await keys.find("rsa")
    issuer.add_key("new")
    clock.now = 6.0

    found = await keys.find("new")

    assert found is not None


async def test_forged_ids_are_no_flood_of_requests(keys: JwksSigningKeys, issuer: Issuer, clock: Clock) -> None:
    await keys.find("rsa")
    clock.now = 6.0

    found = [await keys.find(f"forged-{number}") for number in range(100)]

    assert found == [None] * 100
    assert issuer.asked == 2


async def test_a_removed_key_ends_with_the_age_of_the_set(keys: JwksSigningKeys, issuer: Issuer, clock: Clock) -> None:
    await keys.find("rsa")
    issuer.published.remove("rsa")
    clock.now = 301.0

    found = await keys.find("rsa")

    assert found is None


async def test_another_key_under_a_known_id_replaces_it(keys: JwksSigningKeys, issuer: Issuer, clock: Clock) -> None:
    before = await keys.find("rsa")
    issuer.add_key("rsa")
    clock.now = 301.0

    after = await keys.find("rsa")

    assert before is not None
    assert after is not None
    assert before.key != after.key


@pytest.mark.parametrize("fault", [500, 404, 302, "garbage", "empty", "huge", "slow"])
async def test_known_keys_are_used_for_a_time_while_the_issuer_fails(
    keys: JwksSigningKeys, issuer: Issuer, clock: Clock, fault: int | str
) -> None:
    await keys.find("rsa")
    issuer.fault = fault
    clock.now = 301.0

    meanwhile = await keys.find("rsa")
    clock.now = 3_601.0
    with pytest.raises(Unavailable, match="does not give its keys"):
        await keys.find("rsa")
    issuer.fault = None
    clock.now = 3_607.0
    again = await keys.find("rsa")

    assert meanwhile is not None
    assert again is not None


async def test_nobody_waits_for_an_issuer_that_is_known_to_fail(
    keys: JwksSigningKeys, issuer: Issuer, clock: Clock
) -> None:
    await keys.find("rsa")
    issuer.fault = "slow"
    clock.now = 301.0
    await keys.find("rsa")
    clock.now = 307.0

    async with asyncio.timeout(0.1):
        found = await keys.find("rsa")

    assert found is not None


async def test_an_unknown_id_is_not_told_from_a_new_one_while_the_issuer_fails(
    keys: JwksSigningKeys, issuer: Issuer
) -> None:
    issuer.fault = 500

    with pytest.raises(Unavailable):
        await keys.find("rsa")


async def test_an_issuer_that_is_gone(clock: Clock) -> None:
    with running_issuer() as gone:
        pass
    keys = JwksSigningKeys(gone.url, https_only=False, clock=clock)

    with pytest.raises(Unavailable):
        await keys.find("rsa")

    await keys.close()


async def test_the_address_of_the_keys_can_be_given(issuer: Issuer) -> None:
    keys = JwksSigningKeys("https://elsewhere.example", jwks_url=f"{issuer.url}/keys", https_only=False)

    found = await keys.find("rsa")

    assert found is not None
    await keys.close()


@pytest.mark.parametrize("of_another", ["/", "//other"])
async def test_the_configuration_of_another_issuer_is_not_taken(issuer: Issuer, of_another: str) -> None:
    keys = JwksSigningKeys(issuer.url + of_another, https_only=False)

    with pytest.raises(Unavailable):
        await keys.find("rsa")

    await keys.close()


async def test_production_asks_over_tls_alone(issuer: Issuer) -> None:
    keys = JwksSigningKeys(issuer.url)

    with pytest.raises(Unavailable):
        await keys.find("rsa")

    assert issuer.asked == 0
    await keys.close()


def test_what_is_no_key_for_signatures_is_left_out(issuer: Issuer) -> None:
    issuer.add_key("short", rsa.generate_private_key(65537, 1024))
    issuer.add_key("curve", ec.generate_private_key(ec.SECP256K1()))
    good = issuer.key_set()["keys"]
    (rsa_key,) = [key for key in good if key["kid"] == "rsa"]
    bad = [
        {**rsa_key, "kid": "encrypts", "use": "enc"},
        {**rsa_key, "kid": "wraps", "key_ops": ["wrapKey"]},
        {**rsa_key, "kid": "another algorithm", "alg": "HS256"},
        {**rsa_key, "kid": ""},
        {**rsa_key, "kid": 5},
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kid": "nothing"},
        None,
    ]

    found = read_key_set({"keys": [*bad, *good]})

    assert set(found) == {"rsa", "ec"}


@pytest.mark.parametrize("document", [None, [], {}, {"keys": {}}, "keys", 5])
def test_what_is_no_key_set_has_no_keys(document: object) -> None:
    assert read_key_set(document) == {}
