"""Expected failures of mutations in the graph."""

from typing import Any

import strawberry

from core.problems import Problem
from schema.base import field, view_of

_WITH_TYPES: set[type[Problem]] = set()


# What strawberry takes for `is_type_of`, as `view_of` gives it, hence Any.
def error_of(*problems: type[Problem]) -> Any:
    """For `is_type_of` of a concrete error: it shows problems of these classes, which are then no `InvalidInput`."""
    _WITH_TYPES.update(problems)
    return view_of(*problems)


@strawberry.interface(description="Why a mutation was refused. The code is stable; concrete types add data.")
class UserError:
    code: str = field("The reason for programs.")
    message: str = field("The reason for people.")
    path: list[str] = field("The part of the input that it concerns; empty for all of it.")


@strawberry.type(description="The input breaks a rule; `code` says which.")
class InvalidInput(UserError):
    is_type_of = staticmethod(lambda row, _info: isinstance(row, Problem) and type(row) not in _WITH_TYPES)


# Files that make concrete types add them here.
ERROR_TYPES: list[type[UserError]] = [InvalidInput]
