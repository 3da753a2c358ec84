"""OpenSearch beside tantivy: a server that is given, or one started from the shared tools; and filling its index."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bench.dataset import Say, Shop
from bootstrap.resources import open_resources
from workers.main import drain

_PORT = 9231
_NOT_RUNNING = 3
INDEX_NAME = "emporium-bench"


class OpenSearchFailed(RuntimeError):
    """The local server did not start."""


@asynccontextmanager
async def opened_opensearch(shared: Path, data: Path) -> AsyncIterator[str | None]:
    """The address of OpenSearch: OPENSEARCH_URL, or a server of our own; None where there is neither."""
    tool = shared / "tools" / "opensearch-local" / "opensearch-local"
    if address := os.environ.get("OPENSEARCH_URL"):
        yield address
    elif not tool.is_file():
        yield None
    else:
        is_ours = await _call(tool, "status", data) == _NOT_RUNNING
        if is_ours and await _call(tool, "start", data, "--profile", "server"):
            raise OpenSearchFailed(f"{tool} did not start a server; --no-opensearch goes without.")
        try:
            yield f"http://127.0.0.1:{_PORT}"
        finally:
            if is_ours:
                await _call(tool, "stop", data)


def with_opensearch(shop: Shop, address: str) -> Shop:
    """The same shop, searched by OpenSearch."""
    search = shop.settings.search.model_copy(update={"index_name": INDEX_NAME})
    settings = shop.settings.model_copy(update={"opensearch_url": SecretStr(address), "search": search})
    environment = {**shop.environment, "OPENSEARCH_URL": address, "EMPORIUM_SEARCH__INDEX_NAME": INDEX_NAME}
    return Shop(shop.folder, settings, environment, shop.imports)


async def fill(shop: Shop, say: Say) -> None:
    """Index all products that the index lacks."""
    async with open_resources(shop.settings, application="bench") as resources:
        say("Filling OpenSearch")
        await drain(resources)
        say(f"OpenSearch has {await resources.index.indexed_count()} products")


async def _call(tool: Path, command: str, data: Path, *arguments: str) -> int:
    """The tool knows its servers by their data folders."""
    process = await asyncio.create_subprocess_exec(
        str(tool), command, "--port", str(_PORT), "--data", str(data), *arguments
    )
    return await process.wait()
