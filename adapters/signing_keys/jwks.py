"""The keys of an OpenID issuer, by HTTP: its configuration says where its key set is."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import orjson
import structlog

from adapters.signing_keys.jwk import read_key_set
from core.problems import Unavailable
from ports.signing_keys import SigningKey

_LARGEST_BYTES = 256 * 1024
_DISCOVERY = "/.well-known/openid-configuration"

log = structlog.get_logger(__name__)


class BadAnswer(Exception):
    """The issuer answered, but not with what was asked for."""


class JwksSigningKeys:
    """Keys are known for `fresh_seconds`. An id that is not known has the set fetched anew, as after a rotation, but no
    more often than every `pause_seconds`, whatever ids tokens are forged with; all who wait share one fetch.

    While the issuer is down its keys go on being used, and nobody waits for it, for `stale_seconds` since they came.
    """

    def __init__(
        self,
        issuer: str,
        *,
        jwks_url: str | None = None,
        https_only: bool = True,
        timeout_seconds: float = 3.0,
        fresh_seconds: float = 300.0,
        stale_seconds: float = 3600.0,
        pause_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._https_only = https_only
        self._timeout_seconds = timeout_seconds
        self._fresh_seconds = fresh_seconds
        self._stale_seconds = stale_seconds
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._client = httpx.AsyncClient(follow_redirects=False, timeout=timeout_seconds)
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at = float("-inf")
        self._asked_at = float("-inf")
        self._failed = False
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        known = self._keys.get(kid)
        if known is not None and self._age() < self._fresh_seconds:
            return known
        fetching = self._fetch_soon()
        is_bearable = known is not None and self._failed and self._age() < self._stale_seconds
        if fetching is not None and not is_bearable:
            # Shielded: a request that is cancelled takes nothing from the others that wait.
            await asyncio.shield(fetching)
        found = self._keys.get(kid) if self._age() < self._stale_seconds else None
        if found is None and self._failed:
            raise Unavailable("issuer", "The outside issuer does not give its keys.")
        return found

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)
        await self._client.aclose()

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    def _fetch_soon(self) -> "asyncio.Task[None] | None":
        """The fetch that runs, or a new one; None if the last one was a moment ago."""
        if self._fetching is None and self._clock() - self._asked_at >= self._pause_seconds:
            self._asked_at = self._clock()
            self._fetching = asyncio.create_task(self._fetch(), name="signing keys")
        return self._fetching

    async def _fetch(self) -> None:
        """Never raises: what is known stays when the issuer fails."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                keys = read_key_set(await self._get(self._jwks_url or await self._discover()))
            if not keys:
                raise BadAnswer("The issuer's key set has no key of use.")
        except (httpx.HTTPError, httpx.InvalidURL, BadAnswer, TimeoutError, OSError) as error:
            self._failed = True
            log.warning("signing_keys.failed", issuer=self._issuer, error=f"{type(error).__name__}: {error}")
        else:
            self._keys, self._fetched_at, self._failed = keys, self._clock(), False
        finally:
            self._fetching = None

    async def _discover(self) -> str:
        found = await self._get(self._issuer.rstrip("/") + _DISCOVERY)
        if not isinstance(found, dict) or found.get("issuer") != self._issuer:
            # OpenID Connect Discovery 1.0, section 4.3.
            raise BadAnswer("The configuration is that of another issuer.")
        url = found.get("jwks_uri")
        if not isinstance(url, str):
            raise BadAnswer("The configuration names no key set.")
        return url

    # Any JSON, hence Any.
    async def _get(self, url: str) -> Any:
        if self._https_only and not url.startswith("https://"):
            raise BadAnswer("An address of the issuer is not https.")
        body = bytearray()
        # Not compressed, so that what is counted is what there is.
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        async with self._client.stream("GET", url, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                raise BadAnswer(f"The issuer answers {response.status_code}.")
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > _LARGEST_BYTES:
                    raise BadAnswer("The issuer's answer is too large.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BadAnswer("The issuer's answer is not JSON.") from error
