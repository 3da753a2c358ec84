"""Operators see the jobs that are not done, and retry failed ones."""

import sqlalchemy as sa

from services.accounts.tokens import Role
from services.jobs import enqueue
from tests.fixtures.shop import Shop

LIST = """
query($status: JobStatus, $first: Int, $after: String) {
  operations {
    jobs(status: $status, first: $first, after: $after) {
      edges { node { id number name status payload attempts error } }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
}
"""
RETRY = "mutation($id: ID!) { retryJob(input: {id: $id}) { job { number status attempts } userErrors { code path } } }"


async def _enqueue(shop: Shop, *names: str) -> list[int]:
    """Leave these jobs alone in the queue; loading the shop has enqueued some too."""
    async with shop.resources.database.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM pgqueuer"))
        return [await enqueue(unit, name, {"name": name}) for name in names]


async def _fail(shop: Shop, number: int) -> None:
    async with shop.resources.database.unit() as unit:
        values = {"id": number}
        await unit.session.execute(sa.text("UPDATE pgqueuer SET status = 'failed' WHERE id = :id"), values)
        statement = """
            INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint, traceback)
            VALUES (:id, 'failed', 0, '', '{"exception_message": "ValueError: no"}')
            """
        await unit.session.execute(sa.text(statement), values)


async def test_lists_jobs_newest_first_in_pages(own_shop: Shop) -> None:
    numbers = await _enqueue(own_shop, "a", "b", "c")

    first = await own_shop.run(LIST, {"first": 2}, role=Role.OPERATOR)
    page = first.data["operations"]["jobs"]["pageInfo"]
    second = await own_shop.run(LIST, {"first": 2, "after": page["endCursor"]}, role=Role.OPERATOR)

    assert first.errors == second.errors == []
    found = [edge["node"] for answer in (first, second) for edge in answer.data["operations"]["jobs"]["edges"]]
    assert [job["number"] for job in found] == numbers[::-1]
    assert (page["hasNextPage"], page["hasPreviousPage"]) == (True, False)
    assert second.data["operations"]["jobs"]["pageInfo"]["hasNextPage"] is False
    assert found[0]["payload"] == '{"name":"c"}'
    assert (found[0]["status"], found[0]["attempts"], found[0]["error"]) == ("WAITING", 0, None)


async def test_lists_failed_jobs_with_their_errors(own_shop: Shop) -> None:
    numbers = await _enqueue(own_shop, "a", "b")
    await _fail(own_shop, numbers[0])

    answer = await own_shop.run(LIST, {"status": "FAILED"}, role=Role.OPERATOR)

    (edge,) = answer.data["operations"]["jobs"]["edges"]
    assert (edge["node"]["number"], edge["node"]["error"]) == (numbers[0], "ValueError: no")


async def test_a_cursor_of_one_status_is_refused_for_another(own_shop: Shop) -> None:
    await _enqueue(own_shop, "a", "b")
    first = await own_shop.run(LIST, {"first": 1}, role=Role.OPERATOR)
    cursor = first.data["operations"]["jobs"]["pageInfo"]["endCursor"]

    answer = await own_shop.run(LIST, {"status": "WAITING", "after": cursor}, role=Role.OPERATOR)

    assert answer.codes == ["STALE_CURSOR"]


async def test_a_failed_job_waits_again_after_a_retry(own_shop: Shop) -> None:
    (number,) = await _enqueue(own_shop, "a")
    await _fail(own_shop, number)
    listed = await own_shop.run(LIST, role=Role.OPERATOR)
    key = listed.data["operations"]["jobs"]["edges"][0]["node"]["id"]

    first = await own_shop.run(RETRY, {"id": key}, role=Role.OPERATOR)
    second = await own_shop.run(RETRY, {"id": key}, role=Role.OPERATOR)

    expected = {"number": number, "status": "WAITING", "attempts": 0}
    assert first.data["retryJob"] == {"job": expected, "userErrors": []}
    assert second.data["retryJob"] == {"job": None, "userErrors": [{"code": "NOT_FAILED", "path": ["id"]}]}
