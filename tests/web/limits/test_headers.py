"""What all answers tell browsers, whatever they answer."""

from collections.abc import Callable

import httpx
import pytest
from httpx import AsyncClient as Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from web.limits.headers import secured
from web.problems import EXCEPTION_HANDLERS


def _broken(_request: Request) -> Response:
    raise RuntimeError("broken")


def _client(*, encrypted: bool) -> Client:
    answers: dict[str, Callable[[Request], Response]] = {
        "/data": lambda _: JSONResponse({}),
        "/page": lambda _: HTMLResponse("<p>"),
        "/broken": _broken,
    }
    app = Starlette(
        routes=[Route(path, answer) for path, answer in answers.items()],
        middleware=secured(encrypted=encrypted),
        exception_handlers=EXCEPTION_HANDLERS,
    )
    return Client(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://shop")


@pytest.mark.parametrize("path", ["/data", "/page", "/nowhere"])
async def test_no_answer_is_guessed_at_framed_or_told_of(path: str) -> None:
    async with _client(encrypted=False) as client:
        headers = (await client.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


async def test_a_page_may_run_its_own_scripts_and_data_none() -> None:
    async with _client(encrypted=False) as client:
        page, data = (await client.get("/page")).headers, (await client.get("/data")).headers

    assert "script-src 'self';" in page["content-security-policy"]
    assert "script-src" not in data["content-security-policy"]


async def test_browsers_are_to_come_by_tls_alone_where_there_is_tls() -> None:
    async with _client(encrypted=True) as client:
        headers = (await client.get("/data")).headers

    assert headers["strict-transport-security"].startswith("max-age=63072000")
