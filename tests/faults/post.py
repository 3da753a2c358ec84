"""The way of the provider's webhooks to the store, on which they are doubled, turned round, lost, late and forged."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple
from uuid import uuid4

import httpx
import orjson

from tests.faults.plans import Post

PATH = "/webhooks/stripe"
HOUR_SECONDS = 3_600
_REFUSED = 400
_TRIES = 3
_SECONDS = 5.0


class Letter(NamedTuple):
    """A webhook's body, and what it is called."""

    body: bytes
    event_id: str


class PostOffice:
    """Takes webhooks in at `url` and carries them to web processes, in the way of the `mode`.

    `counts` has how many came in by mode, `last` when the last one did, by the monotonic clock.
    """

    def __init__(self, webs: Sequence[str], secret: str) -> None:
        self.url = ""
        self.mode = Post.USUAL
        self.counts: dict[str, int] = {}
        self.last = 0.0
        self._wrong: list[str] = []
        self._webs, self._secret = webs, secret
        self._turn = 0
        self._held: list[Letter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._http = httpx.AsyncClient(timeout=_SECONDS)

    async def close(self) -> None:
        await asyncio.gather(*self._tasks)
        await self._http.aclose()

    def take(self, body: bytes) -> None:
        """A webhook has come in; called from any thread."""
        letter = Letter(body, str(orjson.loads(body)["id"]))
        self._loop.call_soon_threadsafe(self._begin, letter)

    async def flush(self) -> None:
        """Carry what was held back, and wait for all that is under way."""
        held, self._held = self._held, []
        mode, self.mode = self.mode, Post.USUAL
        if mode is Post.REVERSED:
            held.reverse()
        for number, letter in enumerate(held):
            if mode is Post.LATE:
                await self._be_late(letter, signs_anew=number % 2 == 0)
            else:
                await self._carry(letter)
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def take_wrong(self) -> list[str]:
        """What the store should not have answered since this was asked last."""
        wrong, self._wrong = self._wrong, []
        return wrong

    def _begin(self, letter: Letter) -> None:
        self.last = time.monotonic()
        self.counts[self.mode] = self.counts.get(self.mode, 0) + 1
        if self.mode is Post.LOST:
            return
        if self.mode in (Post.REVERSED, Post.LATE):
            self._held.append(letter)
            return
        carried = [self._forge(letter)] if self.mode is Post.FORGED else []
        carried += [self._carry(letter) for _ in range(2 if self.mode is Post.DOUBLED else 1)]
        for one in carried:
            task = asyncio.create_task(one)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, letter: Letter) -> None:
        """As a provider does: a few times, until somebody says that he has it."""
        for _ in range(_TRIES):
            status = await self._send(letter.body, secret=self._secret)
            if status == _REFUSED:
                self._wrong.append(f"a genuine webhook was refused: {letter.event_id}")
            if status is not None and status < _REFUSED:
                return
            await asyncio.sleep(0.3)

    async def _be_late(self, letter: Letter, *, signs_anew: bool) -> None:
        """An hour: as it was signed then, which is too long ago, and perhaps once more, signed now."""
        status = await self._send(letter.body, secret=self._secret, age_seconds=HOUR_SECONDS)
        if status not in (_REFUSED, None):
            self._wrong.append(f"a webhook of an hour ago was answered with {status}: {letter.event_id}")
        if signs_anew:
            await self._carry(letter)

    async def _forge(self, letter: Letter) -> None:
        """The same by somebody who does not know the secret, and under the genuine signature of another one."""
        told = orjson.loads(letter.body) | {"id": f"evt_{uuid4().hex}"}
        body = orjson.dumps(told)
        signatures = (sign(body, "whsec_guessed"), sign(letter.body, self._secret), "t=1,v1=", "")
        for signature in signatures:
            status = await self._send(body, signature=signature)
            if status not in (_REFUSED, None):
                self._wrong.append(f"a forged webhook was answered with {status}")

    async def _send(
        self, body: bytes, *, secret: str = "", age_seconds: int = 0, signature: str | None = None
    ) -> int | None:
        """The status of the answer; None if there was none, or the store could not say."""
        self._turn += 1
        url = self._webs[self._turn % len(self._webs)] + PATH
        signed = sign(body, secret, age_seconds=age_seconds) if signature is None else signature
        headers = {"content-type": "application/json", "stripe-signature": signed}
        try:
            status = (await self._http.post(url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            return None
        return None if status >= 500 else status


def sign(body: bytes, secret: str, *, age_seconds: int = 0) -> str:
    """A Stripe-Signature header."""
    moment = int(time.time()) - age_seconds
    digest = hmac.new(secret.encode(), b"%d.%s" % (moment, body), hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


@contextmanager
def opened(office: PostOffice) -> Iterator[None]:
    """Let the office take in what is posted to its `url` while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            office.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    office.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
