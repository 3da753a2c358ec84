"""Executors of operations, as the product makes them, or on graphql-core alone.

`EMPORIUM_TEST_EXECUTOR=reference` runs all tests of the graph on graphql-core, to tell whether what they find is the
store's doing or that of compiled operations.
"""

import os

from core.limit_settings import LimitSettings
from schema.schema import build_schema
from web.execution import Executor
from web.limits.gate import Gate

IS_COMPILED = os.environ.get("EMPORIUM_TEST_EXECUTOR", "compiled") != "reference"


def make_executor(
    *,
    introspection: bool = False,
    limits: LimitSettings | None = None,
    seconds: float = 20.0,
    gate: Gate | None = None,
) -> Executor:
    """With the limits of the product where none are given."""
    return Executor(
        build_schema()._schema,
        introspection=introspection,
        profile=False,
        limits=limits,
        gate=gate,
        seconds=seconds,
        is_compiled=IS_COMPILED,
    )
