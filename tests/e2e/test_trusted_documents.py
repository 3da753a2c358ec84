"""A web process that executes the documents of its manifest alone."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import orjson

from tests.architecture.source import ROOT
from tests.factories.web import NEW
from tests.fixtures.broker import free_port
from tests.fixtures.processes import running_web

PARTIAL = 'query Partial { __typename node(id: "nonsense") { id } }'


async def test_documents_of_an_app_are_executed_and_no_others(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    app, path = tmp_path / "partial.graphql", tmp_path / "manifest.json"
    app.write_text(PARTIAL)
    command = [sys.executable, "-m", "cli.main", "documents", str(app), "-o", str(path)]
    await asyncio.to_thread(subprocess.run, command, env=dict(os.environ), cwd=ROOT, check=True)
    (operation,) = orjson.loads(path.read_bytes())["operations"]
    port = free_port()
    settings = {
        "EMPORIUM_DOCUMENTS__MANIFEST": str(path),
        "EMPORIUM_DOCUMENTS__ONLY_TRUSTED": "true",
        "EMPORIUM_METRICS__PORT": str(port),
    }

    async with (
        running_web(database_url=database_url, redis_url=redis_url, folder=tmp_path, settings=settings) as address,
        httpx.AsyncClient(base_url=address, headers={"accept": NEW}) as client,
    ):
        trusted = await client.get("/graphql", params={"documentId": f"sha256:{operation['id']}"})
        refused = await client.post("/graphql", json={"query": "{ __typename }"})
        metrics = await client.get(f"http://127.0.0.1:{port}/metrics")

    assert trusted.status_code == 294
    assert trusted.json()["data"] == {"__typename": "Query", "node": None}
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["extensions"] == {"code": "DOCUMENT_NOT_TRUSTED"}
    assert 'emporium_operations_total{operation="Partial",outcome="refused",type="query"} 1.0' in metrics.text
    assert 'emporium_refusals_total{code="DOCUMENT_NOT_TRUSTED"} 1.0' in metrics.text
