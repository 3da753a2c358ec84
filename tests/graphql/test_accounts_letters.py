"""New passwords and proofs of an address, as clients see them."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from services.accounts import mail_job
from tests.factories.accounts import PASSWORD, save_account
from tests.factories.mail import Postbox
from tests.fixtures.shop import Shop
from tests.graphql.accounts import (
    CHANGE,
    FORGOTTEN,
    LOGIN,
    REFRESH,
    RESET,
    UNPROVEN,
    VERIFY,
    done,
    guess,
    refused,
    slowed,
    with_token,
)

EMAIL, NEW = "ann@example.com", "another password"
_TAKE = "DELETE FROM pgqueuer WHERE entrypoint = 'accounts.mail' RETURNING payload"


async def _token(shop: Shop) -> str:
    """The token of the letter that waits."""
    postbox = Postbox()
    async with shop.resources.database.unit() as unit:
        (payload,) = await unit.session.scalars(sa.text(_TAKE))
        await mail_job(postbox, shop.resources.settings).run(unit, orjson.loads(payload))
    found = re.search(r"#token=(\S+)", postbox.letters[0].text)
    assert found is not None
    return found[1]


async def _signed_in(shop: Shop) -> Mapping[str, Any]:
    payload: Mapping[str, Any] = (await done(shop, LOGIN, email=EMAIL, password=PASSWORD))["tokens"]
    return payload


async def test_changes_the_password_and_ends_other_sessions(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    mine, other = await _signed_in(own_shop), await _signed_in(own_shop)
    context = with_token(own_shop, mine["accessToken"])

    payload = await done(own_shop, CHANGE, context, currentPassword=PASSWORD, newPassword=NEW)

    assert payload == {"viewer": {"email": EMAIL}, "userErrors": []}
    assert await refused(own_shop, LOGIN, email=EMAIL, password=PASSWORD) == ["BAD_CREDENTIALS"]
    assert await refused(own_shop, LOGIN, email=EMAIL, password=NEW) == []
    assert await refused(own_shop, REFRESH, refreshToken=other["refreshToken"]) == ["SESSION_ENDED"]
    assert await refused(own_shop, REFRESH, refreshToken=mine["refreshToken"]) == []


async def test_resets_a_password_by_a_letter_and_ends_a_pause(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    before = await _signed_in(own_shop)
    await guess(own_shop, EMAIL, times=6, address="198.51.100.7")
    assert (await done(own_shop, FORGOTTEN, email="ANN@example.com"))["isAccepted"]
    token = await _token(own_shop)

    payload = await done(own_shop, RESET, slowed(own_shop), token=token, newPassword=NEW)
    again = await done(own_shop, RESET, slowed(own_shop), token=token, newPassword="a third password")

    assert payload == {"isReset": True, "userErrors": []}
    assert (again["isReset"], [error["code"] for error in again["userErrors"]]) == (False, ["BAD_TOKEN"])
    assert await refused(own_shop, LOGIN, slowed(own_shop), email=EMAIL, password=NEW) == []
    assert await refused(own_shop, REFRESH, refreshToken=before["refreshToken"]) == ["SESSION_ENDED"]


async def test_proves_an_address_by_a_letter(own_shop: Shop) -> None:
    account_id = await save_account(own_shop.resources.database)
    await done(own_shop, UNPROVEN, email=EMAIL)
    token = await _token(own_shop)

    payload = await done(own_shop, VERIFY, token=token)
    again = await refused(own_shop, VERIFY, token=token)

    assert payload == {"isVerified": True, "userErrors": []}
    assert again == ["BAD_TOKEN"]
    viewer = await own_shop.run("{ viewer { isEmailVerified } }", account=account_id)
    assert viewer.data == {"viewer": {"isEmailVerified": True}}


async def test_whether_an_address_is_known_is_not_told(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)

    answers = [
        await own_shop.run(document, {"input": {"email": email}}, context=slowed(own_shop))
        for document in (FORGOTTEN, UNPROVEN)
        for email in (EMAIL, "nobody@example.com")
    ]

    assert all(answer.data == {"done": {"isAccepted": True, "userErrors": []}} for answer in answers)
    assert len({tuple(answer.profile.statements) for answer in answers}) == 1
    assert await refused(own_shop, FORGOTTEN, email="nobody") == ["BAD_EMAIL"]
