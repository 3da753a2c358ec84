"""Several operations in one POST, as an array that is answered by an array (GraphQL over HTTP, appendix on batching).

Each is answered as if it had come alone, but for what would let a batch pass the limits of one operation: together they
may not cost more than one may, and take no longer.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from graphql import OperationType
from graphql.utilities import get_operation_ast

from resolvers.context import RequestContext
from web.asked import BadRequest, as_asked
from web.authentication import Asker
from web.caching import Keeper
from web.documents import Admitted, Documents
from web.execution import Executor, timed_out

# Each may use several connections to Postgres at a time, which are there for all callers.
_AT_ONCE = 2


class Batches:
    """Answers at most `largest` operations at once; none if that is 1."""

    def __init__(self, executor: Executor, documents: Documents, keeper: Keeper | None, *, largest: int) -> None:
        self._executor = executor
        self._documents = documents
        self._keeper = keeper
        self._largest = largest

    # Any JSON, hence Any.
    async def read(self, sent: Sequence[Any], asker: Asker) -> list[Admitted | BadRequest]:
        """What is to be executed, in its order, and what is refused alone. Raises `BadRequest` for the whole batch,
        before any document is looked at if there are too many."""
        if len(sent) > self._largest:
            message = f"A request has at most {self._largest} operations."
            raise BadRequest(400, "BATCH_TOO_LARGE", message, operations=len(sent), limit=self._largest)
        if self._largest == 1:
            raise BadRequest(400, "BAD_REQUEST", "A request is one JSON object; batches are not taken.")
        if not sent or not all(isinstance(one, dict) for one in sent):
            raise BadRequest(400, "BAD_REQUEST", "A batch is an array of JSON objects, one for each operation.")
        entries = [await self._read_one(one, asker) for one in sent]
        cost = sum(self._cost(entry) for entry in entries if isinstance(entry, Admitted))
        if cost > (limit := self._executor.limits.cost):
            message = f"This could cost {cost} points; {limit} are allowed. Ask for smaller pages."
            raise BadRequest(400, "TOO_COSTLY", message, limit=limit, asked=cost)
        return entries

    async def answer(
        self,
        entries: Sequence[Admitted | BadRequest],
        asker: Asker,
        make_context: Callable[[], RequestContext],
        request_id: str,
    ) -> bytes:
        """The answers in the order of their operations, as a JSON array. Some are executed at once if
        nothing is changed, and one after the other if something is, so that each sees what those before it have
        done."""
        at_once, ends_at = asyncio.Semaphore(_AT_ONCE), time.monotonic() + self._executor.seconds

        async def answer_one(entry: Admitted | BadRequest) -> bytes:
            async with at_once:
                return await self._answer_one(entry, asker, make_context, request_id, ends_at=ends_at)

        if not self.change_something(entries):
            answers = await asyncio.gather(*map(answer_one, entries))
        else:
            answers = [await answer_one(entry) for entry in entries]
        return b"[" + b",".join(answers) + b"]"

    @staticmethod
    def change_something(entries: Sequence[Admitted | BadRequest]) -> bool:
        """Whether there is a mutation among them."""
        return any(isinstance(entry, Admitted) and entry.kind is OperationType.MUTATION for entry in entries)

    async def _read_one(self, fields: Any, asker: Asker) -> Admitted | BadRequest:
        try:
            admitted = await self._documents.admit(as_asked(fields), asker)
            if admitted.prepared.document is not None and admitted.kind is None:
                raise BadRequest(400, "UNKNOWN_OPERATION", "Name one of the document's operations in `operationName`.")
            if admitted.kind is OperationType.SUBSCRIPTION:
                raise BadRequest(406, "NOT_ACCEPTABLE", "A batch has no subscriptions.")
        except BadRequest as error:
            return error
        return admitted

    def _cost(self, entry: Admitted) -> int:
        document = entry.prepared.document
        operation = None if document is None else get_operation_ast(document, entry.asked.operation_name)
        if document is None or operation is None:
            return 0
        return self._executor.costs.of(document, operation, entry.asked.variables, entry.prepared.costs)

    async def _answer_one(
        self,
        entry: Admitted | BadRequest,
        asker: Asker,
        make_context: Callable[[], RequestContext],
        request_id: str,
        *,
        ends_at: float,
    ) -> bytes:
        if isinstance(entry, BadRequest):
            return orjson.dumps({"errors": [entry.as_error()]})
        seconds = ends_at - time.monotonic()
        if seconds <= 0:
            return orjson.dumps(timed_out(request_id))
        asked, prepared, _kind = entry
        policy = None if self._keeper is None else self._keeper.policy(prepared, asked, asker)
        if self._keeper is not None and policy is not None:
            try:
                # What others wait for too is made all the same.
                async with asyncio.timeout(seconds):
                    found = await self._keeper.answer(self._keeper.key(asked), prepared, asked, policy, make_context)
            except TimeoutError:
                return orjson.dumps(timed_out(request_id))
            return found.body
        answer = await self._executor.run(
            prepared,
            make_context(),
            variables=asked.variables,
            operation_name=asked.operation_name,
            seconds=seconds,
        )
        return orjson.dumps(answer)
