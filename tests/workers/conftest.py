"""Fixtures of this folder's tests; this file only names them."""

from tests.fixtures.messages import store
from tests.fixtures.worker import cache, switched

__all__ = ["cache", "store", "switched"]
