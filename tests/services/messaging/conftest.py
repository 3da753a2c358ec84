"""Fixtures of this folder's tests; this file only names them."""

from tests.fixtures.messages import store

__all__ = ["store"]
