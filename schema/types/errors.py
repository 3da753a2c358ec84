"""Expected failures of mutations in the graph."""

import strawberry

from core.problems import Problem
from schema.base import field


@strawberry.interface(description="Why a mutation was refused. The code is stable; concrete types add data.")
class UserError:
    code: str = field("The reason for programs.")
    message: str = field("The reason for people.")
    path: list[str] = field("The part of the input that it concerns; empty for all of it.")


@strawberry.type(description="The input breaks a rule; `code` says which.")
class InvalidInput(UserError):
    is_type_of = staticmethod(lambda row, _info: isinstance(row, Problem))


ERROR_TYPES = [InvalidInput]
