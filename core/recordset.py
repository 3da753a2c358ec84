"""Many rows as one statement's parameter: JSON that `json_to_recordset` reads back in the database.

It takes arrays and objects inside of rows, which `unnest` does not, and its text does not depend on the number of rows.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

import orjson


def as_recordset(rows: Collection[Mapping[str, object]]) -> str:
    """A JSON array of objects. Raises TypeError for a value that JSON, a date or a UUID cannot express."""
    return orjson.dumps(rows, default=_plain).decode()


def _plain(value: object) -> str:
    # The driver's UUIDs are a subclass, which orjson does not know.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not go into a recordset")
