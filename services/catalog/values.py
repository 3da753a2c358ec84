"""Brings the attribute values of drafts to the types that the store's attributes have."""

import math
from collections.abc import Mapping, Sequence

from services.catalog.drafts import AttributeType
from services.catalog.names import KnownNames, Value, type_of
from services.unit_of_work import UnitOfWork

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_TYPES = {str: AttributeType.TEXT, float: AttributeType.NUMBER, int: AttributeType.NUMBER, bool: AttributeType.FLAG}


async def fit_values(
    unit: UnitOfWork, names: KnownNames, given: Sequence[Mapping[str, Value]]
) -> list[Mapping[str, Value]]:
    """The attributes of each draft as they are stored; attributes that the store lacks are made.

    A value of another type than its attribute's is converted (`"12"` to 12, `"yes"` to true, anything to text); one
    that cannot be is kept under its code with the type's name after it, such as `size_text`.
    """
    await names.learn_attributes(unit, {code: value for values in given for code, value in values.items()})
    types = names.attribute_types
    misfits = {
        other_code(code, value): value
        for values in given
        for code, value in values.items()
        if _TYPES.get(type(value)) is not types[code] and convert(value, types[code]) is None
    }
    await names.learn_attributes(unit, misfits)
    return [_fitted(values, types) for values in given]


def convert(value: Value, wanted: AttributeType) -> Value | None:
    """`value` as a text, number or flag; None if it is not one."""
    if type_of(value) is wanted:
        return value
    if wanted is AttributeType.TEXT:
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return f"{value:.15g}"
    if wanted is AttributeType.FLAG:
        return _FLAGS.get(str(value).strip().casefold())
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and not isinstance(value, bool) else None


def other_code(code: str, value: Value) -> str:
    """Where a value goes that does not fit the attribute `code`."""
    return f"{code[:90]}_{type_of(value)}"


def _fitted(values: Mapping[str, Value], types: Mapping[str, AttributeType]) -> Mapping[str, Value]:
    if all(_TYPES.get(type(value)) is types[code] for code, value in values.items()):
        return values
    fitted: dict[str, Value] = {}
    for code, value in values.items():
        stored = convert(value, types[code])
        if stored is not None:
            fitted[code] = stored
        elif types[other_code(code, value)] is type_of(value):
            fitted[other_code(code, value)] = value
    return fitted
