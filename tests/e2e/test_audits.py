"""GraphQL over HTTP as the reference implementation audits it: graphql-http's `auditServer` against a web process."""

from pathlib import Path

from tests.fixtures.node import Node
from tests.fixtures.processes import running_web


async def test_every_audit_of_graphql_over_http_is_passed(
    node: Node, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with running_web(database_url=database_url, redis_url=redis_url, folder=tmp_path) as address:
        results = await node.run("audit.mjs", f"{address}/graphql")

    assert len(results) == 61
    assert [result for result in results if result["status"] != "ok"] == []
