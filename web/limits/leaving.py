"""Nobody works for a client that has left: its query is cancelled, down to the statements that run for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request

from web.asked import BadRequest


@asynccontextmanager
async def while_connected(request: Request, *, is_finished: bool = False) -> AsyncIterator[None]:
    """Cancel the block when the client leaves, and raise `BadRequest` (CLIENT_LEFT); `is_finished` is for what is to be
    finished all the same. The request's body has been read, so what comes next is its end."""
    task = asyncio.current_task()
    if is_finished or task is None:
        yield
        return
    listening = asyncio.ensure_future(_until_gone(request))
    has_left = False

    def leave(done: "asyncio.Future[None]") -> None:
        nonlocal has_left
        if not done.cancelled() and done.exception() is None:
            has_left = True
            task.cancel()

    listening.add_done_callback(leave)
    try:
        yield
    except asyncio.CancelledError:
        # Anybody else's is passed on.
        if not has_left or task.uncancel() > 0:
            raise
        raise BadRequest(400, "CLIENT_LEFT", "The client has left.") from None
    finally:
        listening.remove_done_callback(leave)
        listening.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
