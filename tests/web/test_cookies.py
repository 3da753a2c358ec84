"""Cookies as browsers are told to keep them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.cookies import Morsel, SimpleCookie

import pytest
from starlette.responses import Response

from core.problems import BadInput, Denied
from resolvers.cookies import ResponseCookies
from services.accounts.records import IssuedTokens
from tests.factories.authentication import connection
from web.cookies import Cookies

NOW = datetime(2030, 1, 1, tzinfo=UTC)
TOKENS = IssuedTokens("access", NOW + timedelta(minutes=10), "refresh", NOW + timedelta(days=30))


def written(changes: Sequence[IssuedTokens | None], *, secure: bool = False) -> dict[str, Morsel[str]]:
    """The cookies of a response, by name."""
    response = Response()
    Cookies(secure=secure).write(response, changes, now=NOW)
    found: SimpleCookie = SimpleCookie()
    for line in response.headers.getlist("set-cookie"):
        found.load(line)
    return dict(found)


def test_scripts_see_neither_and_each_ends_with_its_token() -> None:
    found = written([TOKENS])

    access, refresh = found["emporium_access"], found["emporium_refresh"]
    assert (access.value, access["path"], access["samesite"], access["max-age"]) == ("access", "/", "lax", "600")
    assert (refresh.value, refresh["path"], refresh["samesite"], refresh["max-age"]) == (
        "refresh",
        "/graphql",
        "strict",
        str(30 * 86_400),
    )
    assert access["httponly"]
    assert refresh["httponly"]


def test_in_production_they_go_over_tls_alone_and_to_this_host_alone() -> None:
    found = written([TOKENS], secure=True)

    assert set(found) == {"__Host-emporium_access", "__Secure-emporium_refresh"}
    assert all(cookie["secure"] for cookie in found.values())
    assert not any(cookie["domain"] for cookie in found.values())


@pytest.mark.parametrize("secure", [False, True])
def test_clearing_names_the_same_cookies(secure: bool) -> None:
    cleared, kept = written([None], secure=secure), written([TOKENS], secure=secure)

    assert {(name, one["path"]) for name, one in cleared.items()} == {(name, one["path"]) for name, one in kept.items()}
    assert {(one.value, one["max-age"]) for one in cleared.values()} == {("", "0")}


@pytest.mark.parametrize(("changes", "value"), [([None, TOKENS], "access"), ([TOKENS, None], "")])
def test_what_comes_last_counts(changes: Sequence[IssuedTokens | None], value: str) -> None:
    found = written(changes)

    assert found["emporium_access"].value == value


def test_without_a_change_there_are_none() -> None:
    assert written([]) == {}


@pytest.mark.parametrize(
    ("secure", "header", "expected"),
    [
        (False, "emporium_access=a; emporium_refresh=r", ("a", "r")),
        (False, "emporium_refresh=r", (None, "r")),
        (False, "__Host-emporium_access=a", (None, None)),
        (True, "__Host-emporium_access=a; __Secure-emporium_refresh=r", ("a", "r")),
        (True, "emporium_access=a; emporium_refresh=r", (None, None)),
        (False, "other=1", (None, None)),
        (False, ";;=;", (None, None)),
    ],
)
def test_reads_its_own_names_alone(secure: bool, header: str, expected: tuple[str | None, str | None]) -> None:
    found = Cookies(secure=secure).read(connection({"cookie": header}))

    assert found == expected
    assert bool(found) is (expected != (None, None))


def test_resolvers_can_set_none_where_there_is_no_place_for_them() -> None:
    response = ResponseCookies(refusal=Denied("CSRF_REFUSED", "No."))

    with pytest.raises(BadInput):
        response.require()
    with pytest.raises(BadInput):
        response.set_tokens(TOKENS)
    response.clear()

    assert response.changes == []


def test_the_last_of_several_changes_counts() -> None:
    response = ResponseCookies()

    response.set_tokens(TOKENS)
    response.clear()

    assert response.changes == [TOKENS, None]
