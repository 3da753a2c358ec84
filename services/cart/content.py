"""A cart as the fields of its hash and back: one field for each part that changes by itself.

`line:<id>` and `coupon:<code>` hold JSON, `merge:<id>` a report; the other parts have a field each. A part that a newer
release has written and this one does not know stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from ports.carts import StoredCart
from services.cart.records import (
    Cart,
    CartCoupon,
    CartLine,
    Destination,
    MergedLine,
    MergeStatus,
    Restoration,
)


class Difference(NamedTuple):
    """What must be written and removed to turn one cart's fields into another's."""

    put: Mapping[str, str]
    remove: Sequence[str]


def decode(stored: StoredCart) -> Cart:
    """The cart in a hash."""
    lines = sorted(_all(stored.fields, "line:", _line), key=lambda line: (line.added_at, line.id))
    coupons = sorted(_all(stored.fields, "coupon:", _coupon), key=lambda coupon: (coupon.applied_at, coupon.code))
    owner, target = stored.fields.get("owner"), stored.fields.get("merging")
    return Cart(
        id=stored.id,
        version=stored.version,
        account_id=None if owner is None else UUID(owner),
        lines=lines,
        coupons=coupons,
        destination=_optional(stored.fields.get("destination"), lambda given: Destination(*given)),
        restoration=_optional(stored.fields.get("restoration"), lambda given: Restoration(*map(_moment, given))),
        merges=dict(_all(stored.fields, "merge:", _merge)),
        merging_into=None if target is None else UUID(target),
        has_ended="ended" in stored.fields,
    )


def encode(cart: Cart) -> Mapping[str, str]:
    """The fields of a cart's hash."""
    fields = {f"line:{line.id.hex}": _dump(line[1:]) for line in cart.lines}
    fields |= {f"coupon:{coupon.code}": _dump(coupon) for coupon in cart.coupons}
    fields |= {f"merge:{guest_id.hex}": _dump([guest_id, *report]) for guest_id, report in cart.merges.items()}
    if cart.account_id is not None:
        fields["owner"] = cart.account_id.hex
    if cart.destination is not None:
        fields["destination"] = _dump(cart.destination)
    if cart.restoration is not None:
        fields["restoration"] = _dump(cart.restoration)
    if cart.merging_into is not None:
        fields["merging"] = cart.merging_into.hex
    if cart.has_ended:
        fields["ended"] = "1"
    return fields


def difference(before: Cart, after: Cart) -> Difference:
    """What makes the fields of `before` those of `after`; a cart that is not there yet has none."""
    old = {} if before.version is None else encode(before)
    new = encode(after)
    put = {name: text for name, text in new.items() if old.get(name) != text}
    return Difference(put, [name for name in old if name not in new])


def dump_report(report: Sequence[MergedLine]) -> list[dict[str, Any]]:
    """A merge's report as JSON for a table, hence Any."""
    plain: list[dict[str, Any]] = orjson.loads(_dump([line._asdict() for line in report]))
    return plain


def load_report(rows: Sequence[Mapping[str, Any]]) -> Sequence[MergedLine]:
    """A merge's report from the JSON of a table, hence Any."""
    return [_merged([row[name] for name in MergedLine._fields]) for row in rows]


# From here on values are parts of JSON that `encode` has written, hence Any.
def _line(name: str, given: Any) -> CartLine:
    variant_id, offer_id, quantity, price_minor, currency, added_at, is_saved = given
    return CartLine(
        UUID(name), UUID(variant_id), UUID(offer_id), quantity, price_minor, currency, _moment(added_at), is_saved
    )


def _coupon(_name: str, given: Any) -> CartCoupon:
    return CartCoupon(given[0], _moment(given[1]))


def _merge(_name: str, given: Any) -> tuple[UUID, Sequence[MergedLine]]:
    return UUID(given[0]), [_merged(line) for line in given[1:]]


def _merged(given: Any) -> MergedLine:
    variant_id, offer_id, status, *rest = given
    return MergedLine(UUID(variant_id), UUID(offer_id), MergeStatus(status), *rest)


def _all(fields: Mapping[str, str], prefix: str, read: Callable[[str, Any], Any]) -> list[Any]:
    return [
        read(name.removeprefix(prefix), orjson.loads(text)) for name, text in fields.items() if name.startswith(prefix)
    ]


def _optional(text: str | None, read: Callable[[Any], Any]) -> Any:
    return None if text is None else read(orjson.loads(text))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _dump(value: object) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> object:
    # orjson knows neither named tuples nor the driver's own UUIDs.
    return tuple(value) if isinstance(value, tuple) else str(value)
