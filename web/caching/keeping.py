"""Which requests may be answered from what is kept, and how what is executed for them is kept."""

from collections import OrderedDict
from collections.abc import Callable, Mapping

import orjson
from graphql import OperationDefinitionNode
from graphql.utilities import get_operation_ast
from starlette.requests import Request

from resolvers.context import RequestContext
from services.accounts.tokens import Role
from web.asked import Asked
from web.authentication import Asker
from web.caching.policy import Hint, Policies, Policy
from web.caching.recall import Headers, Recall, Recalled
from web.caching.responses import Answered, Executed, ResponseCache
from web.execution import CACHED_CHARACTERS, CACHED_DOCUMENTS, Executor, Prepared


class Keeper:
    """Keeps answers to anonymous queries whose types and fields say for how long. `hints` are of `schema.caching`."""

    def __init__(self, executor: Executor, cache: ResponseCache, hints: Mapping[str, Hint]) -> None:
        self.cache = cache
        self._executor = executor
        self._policies = Policies(executor.schema, hints)
        self._known: OrderedDict[tuple[str, str | None], Policy | None] = OrderedDict()
        self._recall = Recall(CACHED_DOCUMENTS)

    async def recall(self, headers: Headers, body: bytes) -> tuple[Answered, str] | None:
        """The answer to a POST that came before, and its media type, if that can be told by its bytes alone."""
        known = self._recall.find(headers, body)
        found = None if known is None else await self.cache.recall(known.key)
        return None if known is None or found is None else (found, known.media_type)

    def key(self, asked: Asked) -> str:
        """What the answer is kept under."""
        return self.cache.key(asked.query, asked.operation_name, asked.variables)

    def note(self, request: Request, body: bytes | None, key: str, media_type: str) -> None:
        """This request, if it is a POST, may be answered by its bytes: `policy` has said that it may be kept."""
        if body is not None:
            self._recall.note(request, body, Recalled(key, media_type))

    def policy(self, prepared: Prepared, asked: Asked, asker: Asker) -> Policy | None:
        """For how long the answer may be kept; None if it is not for everybody, or asked for by a long document."""
        if asker.has_credentials or asker.principal.role is not Role.ANONYMOUS:
            return None
        if len(asked.query) > CACHED_CHARACTERS:
            return None
        key = asked.query, asked.operation_name
        if key not in self._known:
            self._known[key] = self._policy(prepared, asked.operation_name)
            if len(self._known) > CACHED_DOCUMENTS:
                self._known.popitem(last=False)
        return self._known[key]

    def _policy(self, prepared: Prepared, operation_name: str | None) -> Policy | None:
        if prepared.document is None:
            return None
        operation = get_operation_ast(prepared.document, operation_name)
        return (
            self._policies.of(prepared.document, operation) if isinstance(operation, OperationDefinitionNode) else None
        )

    async def answer(
        self, key: str, prepared: Prepared, asked: Asked, policy: Policy, make_context: Callable[[], RequestContext]
    ) -> Answered | Executed:
        """The answer under its key, kept or executed now; one with errors is given to whom it befell, and not kept."""

        async def execute() -> Executed:
            touched: set[str] = set()
            context = make_context()
            context.loaders.note_touched(touched)
            answer = await self._executor.run(
                prepared, context, variables=asked.variables, operation_name=asked.operation_name
            )
            is_good = "errors" not in answer
            # What it has taken is no part of it; what it costs is the same for all.
            if is_good and answer.get("extensions", {}).pop("profile", None) is not None and not answer["extensions"]:
                del answer["extensions"]
            return Executed(orjson.dumps(answer), is_good, "data" in answer, frozenset(touched))

        return await self.cache.get(key, policy, execute)
