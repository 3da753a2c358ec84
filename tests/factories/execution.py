"""Executors of operations, as the product makes them, or on graphql-core alone.

`EMPORIUM_TEST_EXECUTOR=reference` runs all tests of the graph on graphql-core, to tell whether what they find is the
store's doing or that of compiled operations.
"""

import os

from core.settings import LARGEST_ANSWER_OBJECTS
from schema.schema import build_schema
from web.execution import Executor

IS_COMPILED = os.environ.get("EMPORIUM_TEST_EXECUTOR", "compiled") != "reference"


def make_executor(*, introspection: bool = False, largest_answer: int | None = None, seconds: float = 20.0) -> Executor:
    """With the limits of the product where none are given."""
    limit = LARGEST_ANSWER_OBJECTS if largest_answer is None else largest_answer
    return Executor(
        build_schema()._schema,
        introspection=introspection,
        profile=False,
        seconds=seconds,
        is_compiled=IS_COMPILED,
        largest_answer=limit,
    )
