"""SQL statements that are built once per process: building and keying one anew costs many times what sending it does.

Conditions are bound parameters, whose names must differ from those of columns that are written.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa


# Values of any columns, hence Any.
def filled(statement: sa.Update, values: Mapping[str, Any]) -> tuple[sa.Update, Mapping[str, Any]]:
    """The statement and the parameters that set these columns as well. Values that are SQL go into the statement, which
    is then built anew."""
    expressions = {name: value for name, value in values.items() if isinstance(value, sa.ClauseElement)}
    if not expressions:
        return statement, values
    return statement.values(**expressions), {name: values[name] for name in values.keys() - expressions.keys()}
