"""Registering, signing in, staying signed in and signing out, as clients see it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import utc_now
from core.ids import decode_id_of
from core.problems import BadInput
from resolvers.cookies import RequestCookies, ResponseCookies
from services.accounts import session_is_alive
from services.accounts.tokens import Role
from tests.factories.accounts import PASSWORD, save_account
from tests.fixtures.shop import Shop
from tests.graphql.accounts import (
    LOGIN,
    LOGOUT,
    REFRESH,
    REGISTER,
    REVOKE,
    REVOKE_OTHERS,
    SESSIONS,
    caller,
    done,
    refused,
    with_token,
)

WHO = {"email": "Ann@Example.com", "password": PASSWORD}


async def _log_in(shop: Shop) -> Mapping[str, Any]:
    await save_account(shop.resources.database)
    tokens: Mapping[str, Any] = (await done(shop, LOGIN, **WHO))["tokens"]
    return tokens


async def test_registers_and_is_signed_in(own_shop: Shop) -> None:
    payload = await done(own_shop, REGISTER, **WHO, name="Ann")

    tokens, viewer = payload["tokens"], payload["viewer"]
    assert viewer == {
        "id": viewer["id"],
        "email": "Ann@example.com",
        "isEmailVerified": False,
        "name": "Ann",
        "role": "CUSTOMER",
    }
    assert payload["userErrors"] == []
    context = with_token(own_shop, tokens["accessToken"])
    assert context.principal.account_id == decode_id_of("Viewer", viewer["id"])
    assert context.principal.role is Role.CUSTOMER
    again = await own_shop.run("{ viewer { id email isEmailVerified name role } }", context=context)
    assert again.data["viewer"] == viewer


async def test_tokens_last_as_long_as_the_settings_say(own_shop: Shop) -> None:
    tokens = (await done(own_shop, REGISTER, **WHO))["tokens"]

    access, session = (
        datetime.fromisoformat(tokens[name]) - utc_now() for name in ("accessTokenExpiresAt", "refreshTokenExpiresAt")
    )
    assert timedelta(minutes=9) < access <= timedelta(minutes=10)
    assert timedelta(days=29) < session <= timedelta(days=30)


@pytest.mark.parametrize("email", ["ann@EXAMPLE.com", "ＡＮＮ＠ＥＸＡＭＰＬＥ．ＣＯＭ"])
async def test_an_address_in_another_spelling_is_taken(own_shop: Shop, email: str) -> None:
    await done(own_shop, REGISTER, **WHO)

    payload = await done(own_shop, REGISTER, email=email, password=PASSWORD)

    assert (payload["tokens"], payload["viewer"]) == (None, None)
    assert payload["userErrors"] == [{"__typename": "InvalidInput", "code": "EMAIL_TAKEN", "path": ["email"]}]


async def test_tells_all_that_is_wrong_together(own_shop: Shop) -> None:
    payload = await done(own_shop, REGISTER, email="ann", password="password", name=" ")

    assert payload["userErrors"] == [
        {"__typename": "InvalidInput", "code": "BAD_EMAIL", "path": ["email"]},
        {"__typename": "InvalidInput", "code": "BAD_NAME", "path": ["name"]},
        {"__typename": "WeakPasswordError", "code": "WEAK_PASSWORD", "path": ["password"], "reason": "COMMON"},
    ]


async def test_signs_in_and_the_rest_of_the_operation_is_the_account_s(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    document = """mutation($input: LoginInput!) {
      login(input: $input) { viewer { email sessions { edges { node { userAgent address isCurrent } } } } }
      saveProfile(input: {name: "Ann"}) { viewer { name } userErrors { code } }
    }"""

    answer = await own_shop.run(document, {"input": WHO}, context=caller(own_shop))

    assert answer.errors == []
    session = {"userAgent": "Test/1.0", "address": "192.0.2.1", "isCurrent": True}
    assert answer.data["login"]["viewer"] == {"email": "ann@example.com", "sessions": {"edges": [{"node": session}]}}
    assert answer.data["saveProfile"] == {"viewer": {"name": "Ann"}, "userErrors": []}


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        ("ann@example.com", "wrong one", "BAD_CREDENTIALS"),
        ("bob@example.com", PASSWORD, "BAD_CREDENTIALS"),
        ("ann", PASSWORD, "BAD_EMAIL"),
        ("ann@example.com", "", "BAD_CREDENTIALS"),
        ("ann@example.com", "x" * 100_000, "BAD_CREDENTIALS"),
    ],
)
async def test_refuses_who_does_not_know_the_password(own_shop: Shop, email: str, password: str, code: str) -> None:
    await save_account(own_shop.resources.database)
    context = caller(own_shop)

    codes = await refused(own_shop, LOGIN, context, email=email, password=password)

    assert codes == [code]
    assert context.principal.role is Role.ANONYMOUS
    assert context.response.changes == []


async def test_a_seller_s_account_acts_for_its_seller(own_shop: Shop) -> None:
    seller_id = decode_id_of("Seller", own_shop.ids["Seller"][3])
    await save_account(own_shop.resources.database, role=Role.SELLER, seller_id=seller_id)

    payload = await done(own_shop, LOGIN, **WHO)

    principal = with_token(own_shop, payload["tokens"]["accessToken"]).principal
    assert payload["viewer"]["role"] == "SELLER"
    assert (principal.role, principal.seller_id) == (Role.SELLER, seller_id)


async def test_tokens_in_cookies_are_not_in_the_answer(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    context = caller(own_shop)

    payload = await done(own_shop, LOGIN, context, **WHO, transport="COOKIE")

    assert payload["tokens"] is None
    assert payload["viewer"]["email"] == "ann@example.com"
    (tokens,) = context.response.changes
    assert tokens is not None
    assert with_token(own_shop, tokens.access_token).principal.account_id is not None


async def test_where_no_cookies_can_be_set_nobody_is_signed_in_by_them(own_shop: Shop) -> None:
    await save_account(own_shop.resources.database)
    context = caller(own_shop)
    context.response = ResponseCookies(refusal=BadInput("COOKIES_NEED_HTTP", "There is no HTTP."))

    for document in (LOGIN, REGISTER):
        answer = await own_shop.run(document, {"input": {**WHO, "transport": "COOKIE"}}, context=context)
        assert answer.codes == ["COOKIES_NEED_HTTP"]


async def test_a_session_goes_on_with_the_next_tokens(own_shop: Shop) -> None:
    tokens = await _log_in(own_shop)

    payload = await done(own_shop, REFRESH, refreshToken=tokens["refreshToken"])

    assert payload["viewer"]["email"] == "ann@example.com"
    assert payload["tokens"]["refreshToken"] != tokens["refreshToken"]
    before, after = (
        with_token(own_shop, one["accessToken"]).principal.session_id for one in (tokens, payload["tokens"])
    )
    assert before == after


async def test_a_refresh_token_of_a_cookie_is_never_answered_in_the_body(own_shop: Shop) -> None:
    tokens = await _log_in(own_shop)
    context = caller(own_shop)
    context.cookies = RequestCookies(tokens["refreshToken"])

    payload = await done(own_shop, REFRESH, context, transport="BEARER")

    assert payload["tokens"] is None
    (issued,) = context.response.changes
    assert issued is not None
    assert issued.refresh_token != tokens["refreshToken"]


async def test_a_token_that_comes_again_ends_the_session_and_its_access_tokens(own_shop: Shop) -> None:
    tokens = await _log_in(own_shop)
    session_id = with_token(own_shop, tokens["accessToken"]).principal.session_id
    assert session_id is not None
    resources = own_shop.resources
    assert await session_is_alive(resources.database, resources.cache, session_id)
    stolen = await done(own_shop, REFRESH, refreshToken=tokens["refreshToken"])

    again = await done(own_shop, REFRESH, refreshToken=tokens["refreshToken"])
    late = await done(own_shop, REFRESH, refreshToken=stolen["tokens"]["refreshToken"])

    for payload in (again, late):
        assert payload["tokens"] is None
        assert payload["userErrors"] == [
            {"__typename": "SessionEndedError", "code": "SESSION_ENDED", "path": [], "ended": "REUSED"}
        ]
    assert not await session_is_alive(resources.database, resources.cache, session_id)


async def test_of_two_refreshes_at_once_one_wins_and_the_other_ends_the_session(own_shop: Shop) -> None:
    tokens = await _log_in(own_shop)

    answers = await asyncio.gather(*(refused(own_shop, REFRESH, refreshToken=tokens["refreshToken"]) for _ in range(2)))

    assert sorted(answers) == [[], ["SESSION_ENDED"]]


async def test_cookies_are_cleared_when_their_session_is_over(own_shop: Shop) -> None:
    for cookies in (RequestCookies(), RequestCookies("unknown")):
        context = caller(own_shop)
        context.cookies = cookies

        codes = await refused(own_shop, REFRESH, context)

        assert codes == ["BAD_REFRESH_TOKEN"]
        assert context.response.changes == [None]


@pytest.mark.parametrize("by", ["access token", "refresh token", "cookie"])
async def test_logs_out(own_shop: Shop, by: str) -> None:
    tokens = await _log_in(own_shop)
    known = with_token(own_shop, tokens["accessToken"])
    session_id, context, given = known.principal.session_id, caller(own_shop), {}
    assert session_id is not None
    if by == "access token":
        context = known
    elif by == "cookie":
        context.cookies = RequestCookies(tokens["refreshToken"])
    else:
        given = {"refreshToken": tokens["refreshToken"]}

    payload = await done(own_shop, LOGOUT, context, **given)

    assert decode_id_of("Session", payload["endedId"]) == session_id
    assert payload["userErrors"] == []
    assert context.response.changes == [None]
    assert not await session_is_alive(own_shop.resources.database, own_shop.resources.cache, session_id)
    assert await refused(own_shop, REFRESH, refreshToken=tokens["refreshToken"]) == ["SESSION_ENDED"]


async def test_who_has_no_session_cannot_log_out(own_shop: Shop) -> None:
    nobody = await own_shop.run(LOGOUT, {"input": {}}, context=caller(own_shop))
    operator = await own_shop.run(LOGOUT, {"input": {}}, role=Role.OPERATOR)

    assert nobody.codes == operator.codes == ["UNAUTHENTICATED"]
    assert await refused(own_shop, LOGOUT, refreshToken="unknown") == ["BAD_REFRESH_TOKEN"]


@pytest.mark.parametrize("by", ["access token", "cookie"])
async def test_an_empty_refresh_token_is_a_bad_one(own_shop: Shop, by: str) -> None:
    tokens = await _log_in(own_shop)
    context = with_token(own_shop, tokens["accessToken"]) if by == "access token" else caller(own_shop)
    context.cookies = RequestCookies(tokens["refreshToken"] if by == "cookie" else None)

    assert await refused(own_shop, LOGOUT, context, refreshToken="") == ["BAD_REFRESH_TOKEN"]
    assert await refused(own_shop, REFRESH, refreshToken=tokens["refreshToken"]) == []


async def test_lists_and_ends_sessions(own_shop: Shop) -> None:
    tokens = [await _log_in(own_shop), *[(await done(own_shop, LOGIN, **WHO))["tokens"] for _ in range(3)]]
    context = with_token(own_shop, tokens[0]["accessToken"])
    before = (await own_shop.run(SESSIONS, context=context)).data["viewer"]["sessions"]["edges"]
    ids = [edge["node"]["id"] for edge in before]

    one = await done(own_shop, REVOKE, context, session=ids[0])
    again = await done(own_shop, REVOKE, context, session=ids[0])
    astray = await done(own_shop, REVOKE_OTHERS, context, keep=ids[0])
    rest = await done(own_shop, REVOKE_OTHERS, context)

    assert [edge["node"]["isCurrent"] for edge in before] == [False, False, False, True]
    assert one == {"endedId": ids[0], "userErrors": []}
    assert [(error["code"], error["path"]) for error in again["userErrors"]] == [("NOT_FOUND", ["session"])]
    assert astray["endedIds"] == []
    assert [(error["code"], error["path"]) for error in astray["userErrors"]] == [("NOT_FOUND", ["keep"])]
    assert sorted(rest["endedIds"]) == sorted(ids[1:3])
    after = (await own_shop.run(SESSIONS, context=context)).data["viewer"]["sessions"]["edges"]
    assert [edge["node"]["id"] for edge in after] == [ids[3]]
    alive = [
        await session_is_alive(own_shop.resources.database, own_shop.resources.cache, decode_id_of("Session", key))
        for key in ids
    ]
    assert alive == [False, False, False, True]


async def test_who_has_not_signed_in_to_an_account_has_no_viewer(own_shop: Shop) -> None:
    for role in Role:
        answer = await own_shop.run("{ viewer { id } }", role=role)
        assert (answer.data, answer.errors) == ({"viewer": None}, [])
    by_hand = await own_shop.run(
        "mutation { saveProfile(input: {}) { userErrors { code } } }", role=Role.OPERATOR, subject="cli"
    )

    assert by_hand.codes == ["FORBIDDEN"]
