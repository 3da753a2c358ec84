"""Fields that are looked up: nothing happens when they are asked for again."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def look_up(function: F) -> F:
    """Say of a resolver that it asks its info for the context alone, leaves its arguments as they are, and may be
    called again for the same answer. `compiled` then completes what it gives without noting where it stands."""
    function.looks_up = True  # type: ignore[attr-defined]  # functions have any attributes
    return function
