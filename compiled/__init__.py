"""Compiled GraphQL operations: graphql-core's answers without a task and a tree of calls for each field."""

from compiled.executor import CompiledExecutor
from compiled.plans import Counts, Plans

__all__ = ["CompiledExecutor", "Counts", "Plans"]
