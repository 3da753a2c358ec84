"""The worked examples that GraphiQL opens with: the operations of a shop's pages, one file each."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parent / "examples"
_VARIABLES = re.compile(r"^# variables: (\{.*\})$", re.MULTILINE)


@cache
def examples() -> list[dict[str, Any]]:
    """Query and variables (any JSON, hence Any) of each example, in the order of the files' names."""
    found = []
    for path in sorted(FOLDER.glob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        variables = _VARIABLES.search(text)
        found.append(
            {
                "query": _VARIABLES.sub("", text).strip() + "\n",
                "variables": orjson.loads(variables.group(1)) if variables else None,
            }
        )
    return found
