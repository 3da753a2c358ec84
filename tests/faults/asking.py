"""A client that gets its answer in spite of everything: it asks again, with the same key, at any web process."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

# What the caller may simply try again; any other top-level error is a defect.
_AGAIN = {"UNAVAILABLE", "CONTENDED", "TIMEOUT"}
_ANSWER_SECONDS = 4.0
_PATIENCE_SECONDS = 40.0


class GaveUp(Exception):
    """No answer came in a time in which one must."""


class BadAnswer(Exception):
    """An answer that no client can do anything with: its code."""


class Client:
    """One app. `unanswered` counts requests whose answer got lost; `bad` has codes that should never be answered."""

    def __init__(self, http: httpx.AsyncClient, urls: Sequence[str], source: random.Random) -> None:
        self._http, self._urls, self._source = http, urls, source
        self.headers: Mapping[str, str] = {}
        self.unanswered = 0
        self.bad: list[str] = []

    # Answers are any JSON, hence Any.
    async def mutate(self, name: str, selection: str, **given: Any) -> Any:
        """The payload of a mutation with one input."""
        capital = name[0].upper() + name[1:]
        document = f"mutation($input: {capital}Input!) {{ {name}(input: $input) {{ {selection} }} }}"
        return (await self.ask(document, {"input": given}))[name]

    async def ask(self, document: str, variables: Mapping[str, Any]) -> Any:
        """The data of an operation. Raises `GaveUp`, and `BadAnswer`."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            url = self._source.choice(self._urls)
            try:
                answer = (await self._http.post(
                    f"{url}/graphql", json={"query": document, "variables": variables}, headers=self.headers,
                    timeout=_ANSWER_SECONDS,
                )).json()  # fmt: skip
            except (httpx.HTTPError, ValueError):
                self.unanswered += 1
            else:
                codes = {error.get("extensions", {}).get("code", "?") for error in answer.get("errors", ())}
                if not codes:
                    return answer["data"]
                if not codes <= _AGAIN:
                    self.bad += codes - _AGAIN
                    raise BadAnswer(f"{sorted(codes)}: {document[:200]}")
            await asyncio.sleep(0.05 + self._source.random() / 5)
        raise GaveUp(document[:80])
