"""graphql-core's executor with compiled operations, for `graphql.execute(..., executor_class=CompiledExecutor)`."""

from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution import Executor
from graphql.pyutils import AwaitableOrValue

from compiled.fields import Answer, Field, execute_fields
from compiled.frames import Frame
from compiled.plans import Plans
from compiled.run import Run


# Contexts and roots are of any type, hence Any.
class CompiledExecutor(Executor[Any]):
    """Executes an operation by its plan, and leaves to graphql-core what has none.

    `plans` are the document's: handed to `execute` as a further argument, they are used again by the next execution.
    Everything around is graphql-core's: variables, subscriptions' sources, what an `info` holds.
    """

    def __init__(self, *args: Any, plans: Plans | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans = Plans() if plans is None else plans

    def execute_operation(self, serially: bool | None = None) -> AwaitableOrValue[Any]:
        """The result, or an awaitable of it if anything had to be awaited."""
        plan = self.plans.find(self)
        if plan is None:
            return super().execute_operation(serially)
        execution = _Execution(self, plan.fields)
        is_serial = self.operation.operation is OperationType.MUTATION if serially is None else serially
        return execution.serially(0) if is_serial else execution.at_once()


class _Execution:
    """One execution of a plan. `_holder` has the answer as its `data`: the root's position, which may be null too."""

    def __init__(self, executor: CompiledExecutor, fields: list[Field]) -> None:
        self._executor = executor
        self._fields = fields
        self._run = Run(executor)
        self._data: Answer = {}
        self._holder: dict[str, Any] = {"data": self._data}
        self._frame = Frame(None, self._holder, "data", None)

    def at_once(self) -> AwaitableOrValue[ExecutionResult]:
        """Queries and events of subscriptions: all root fields together."""
        self._step(self._fields)
        return self._finish() if self._run.is_waiting() else self._response()

    def serially(self, first: int) -> AwaitableOrValue[ExecutionResult]:
        """Mutations: a root field is begun when all below the one before it is done."""
        for index in range(first, len(self._fields)):
            self._step(self._fields[index : index + 1])
            if self._run.is_waiting():
                return self._continue(index + 1)
            if self._frame.is_null:
                break
        return self._response()

    def _step(self, fields: list[Field]) -> None:
        try:
            execute_fields(fields, self._run, self._executor.root_value, None, self._frame, self._data)
        except GraphQLError as error:
            self._run.null(self._frame, error)

    async def _finish(self) -> ExecutionResult:
        await self._run.settle()
        return self._response()

    async def _continue(self, next_: int) -> ExecutionResult:
        await self._run.settle()
        rest = self._response() if self._frame.is_null else self.serially(next_)
        return rest if isinstance(rest, ExecutionResult) else await rest

    def _response(self) -> ExecutionResult:
        executor = self._executor
        response: ExecutionResult = executor.build_response(self._holder["data"])  # type: ignore[assignment]
        # They refer to the executor. Whoever works on has them from an info.
        del executor.async_helpers
        return response
