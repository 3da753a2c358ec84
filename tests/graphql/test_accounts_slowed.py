"""Who tries again and again is slowed down, by account and by address."""

import asyncio

import pytest

from bootstrap.throttle import open_throttle
from tests.factories.accounts import PASSWORD, save_account
from tests.fixtures.shop import Shop
from tests.graphql.accounts import (
    CHANGE,
    FORGOTTEN,
    LOGIN,
    REFRESH,
    REGISTER,
    RESET,
    UNPROVEN,
    VERIFY,
    caller,
    done,
    guess,
    refused,
    slowed,
    with_token,
)

EMAIL, NEW = "ann@example.com", "another password"


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
async def test_an_account_is_slowed_whether_it_exists_or_not(own_shop: Shop, email: str) -> None:
    await save_account(own_shop.resources.database)

    codes = await guess(own_shop, email, times=7)
    payload = await done(own_shop, LOGIN, slowed(own_shop, "192.0.2.99"), email=email.upper(), password=PASSWORD)

    assert codes == ["BAD_CREDENTIALS"] * 5 + ["TOO_MANY_ATTEMPTS"] * 2
    (error,) = payload["userErrors"]
    assert error == {
        "__typename": "TooManyAttemptsError",
        "code": "TOO_MANY_ATTEMPTS",
        "path": [],
        "retryAfterSeconds": error["retryAfterSeconds"],
    }
    assert 1 <= error["retryAfterSeconds"] <= 2


async def test_many_guesses_at_once_are_no_way_round(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)

    answers = await asyncio.gather(*(guess(own_shop, EMAIL, times=1) for _ in range(20)))

    assert sorted(code for codes in answers for code in codes).count("BAD_CREDENTIALS") == 5


async def test_a_good_sign_in_is_forgotten(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)

    for _ in range(3):
        assert set(await guess(own_shop, EMAIL, times=4)) == {"BAD_CREDENTIALS"}
        assert await refused(own_shop, LOGIN, slowed(own_shop), email=EMAIL, password=PASSWORD) == []


async def test_other_accounts_and_sessions_are_notslowed(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    await save_account(own_shop.resources.database, "bob@example.com")
    tokens = (await done(own_shop, LOGIN, email=EMAIL, password=PASSWORD))["tokens"]
    await guess(own_shop, EMAIL, times=6, address="198.51.100.7")

    bob = await refused(own_shop, LOGIN, slowed(own_shop), email="bob@example.com", password=PASSWORD)
    ann = await refused(own_shop, REFRESH, slowed(own_shop), refreshToken=tokens["refreshToken"])

    assert (bob, ann) == ([], [])


async def test_an_address_is_slowed_whatever_accounts_it_tries(own_shop: Shop) -> None:
    tries = [f"user{number}@example.com" for number in range(102)]

    codes = [code for email in tries for code in await guess(own_shop, email, times=1, address="2001:db8::1")]
    neighbour = await guess(own_shop, "x@example.com", times=1, address="2001:db8::ffff:1")
    stranger = await guess(own_shop, "x@example.com", times=1, address="2001:db8:0:1::1")

    assert codes[99:101] == ["BAD_CREDENTIALS", "TOO_MANY_ATTEMPTS"]
    assert neighbour == ["TOO_MANY_ATTEMPTS"]
    assert stranger == ["BAD_CREDENTIALS"]


async def test_registering_is_slowed_by_address(own_shop: Shop) -> None:
    codes = [
        await refused(own_shop, REGISTER, slowed(own_shop), email=f"user{number}@example.com", password=PASSWORD)
        for number in range(21)
    ]

    assert codes == [[]] * 20 + [["TOO_MANY_ATTEMPTS"]]


async def test_guessing_tokens_is_slowed_and_good_ones_are_forgotten(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    token = (await done(own_shop, LOGIN, email=EMAIL, password=PASSWORD))["tokens"]["refreshToken"]
    for _ in range(2):
        for _ in range(120):
            assert await refused(own_shop, REFRESH, slowed(own_shop), refreshToken="x") == ["BAD_REFRESH_TOKEN"]
        token = (await done(own_shop, REFRESH, slowed(own_shop), refreshToken=token))["tokens"]["refreshToken"]

    codes = [await refused(own_shop, VERIFY, slowed(own_shop), token="x") for _ in range(21)]
    also = await refused(own_shop, RESET, slowed(own_shop), token="x", newPassword=NEW)

    assert codes == [["BAD_TOKEN"]] * 20 + [["TOO_MANY_ATTEMPTS"]]
    assert also == ["TOO_MANY_ATTEMPTS"]


async def test_letters_to_one_address_are_few(own_shop: Shop) -> None:
    codes = [await refused(own_shop, FORGOTTEN, slowed(own_shop), email=EMAIL) for _ in range(4)]
    other_kind = await refused(own_shop, UNPROVEN, slowed(own_shop), email=EMAIL)

    assert codes == [[], [], [], ["TOO_MANY_ATTEMPTS"]]
    assert other_kind == []


async def test_nothing_is_tried_while_attempts_cannot_be_counted(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    context = caller(own_shop)
    context.throttle = open_throttle("redis://127.0.0.1:1/0")

    answer = await own_shop.run(LOGIN, {"input": {"email": EMAIL, "password": PASSWORD}}, context=context)
    await context.throttle.close()

    assert answer.codes == ["UNAVAILABLE"]
    assert not any("account" in statement for statement in answer.profile.statements)


async def test_guessing_the_present_password_isslowed(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    tokens = (await done(own_shop, LOGIN, email=EMAIL, password=PASSWORD))["tokens"]
    context = with_token(own_shop, tokens["accessToken"])
    context.throttle = own_shop.resources.throttle

    codes = [await refused(own_shop, CHANGE, context, currentPassword="wrong one", newPassword=NEW) for _ in range(6)]

    assert codes == [["WRONG_PASSWORD"]] * 5 + [["TOO_MANY_ATTEMPTS"]]
