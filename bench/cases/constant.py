"""An endpoint that answers every request with the bytes of one file: what no answer can be cheaper than."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ANSWER = "BENCH_ANSWER"


def create_app() -> Starlette:
    body = Path(os.environ[ANSWER]).read_bytes()

    async def answer(request: Request) -> Response:
        await request.body()
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])
