"""An account's addresses. One of them is the default as long as there is any."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.names import is_readable
from core.places import check_place, normalize_country
from core.problems import NotFound, Problem, Rejected
from models.accounts import Account, Address
from services.accounts.problems import BadAddress, TooManyAddresses
from services.accounts.queries import ADDRESS_COLUMNS
from services.accounts.records import AddressRecord
from services.unit_of_work import UnitOfWork

MOST_ADDRESSES = 50
LONGEST_LINE = 200
_NEEDED = ("recipient", "line1", "city")
_OPTIONAL = ("company", "line2", "region", "phone")


class AddressDraft(NamedTuple):
    """An address as it is to be. `country` is an ISO 3166 code in any case; empty texts are none."""

    recipient: str
    line1: str
    city: str
    postal_code: str
    country: str
    company: str | None = None
    line2: str | None = None
    region: str | None = None
    phone: str | None = None


async def save_address(
    unit: UnitOfWork, *, account_id: UUID, id: UUID | None, draft: AddressDraft, is_default: bool
) -> AddressRecord:
    """Make an address, or change the one with this id. `is_default` makes it the default instead of the one that was;
    the first one is it anyway, and stays it until another is made so.

    Raises `Rejected`: BAD_ADDRESS, BAD_COUNTRY, BAD_POSTAL_CODE, NOT_FOUND, TOO_MANY_ADDRESSES.
    """
    if problems := check_address(draft):
        raise Rejected(*problems)
    count = await _lock(unit, account_id)
    if id is None and count >= MOST_ADDRESSES:
        raise Rejected(TooManyAddresses(message=f"An account has at most {MOST_ADDRESSES} addresses."))
    if is_default:
        await unit.session.execute(
            sa.update(Address).where(Address.account_id == account_id, Address.is_default).values(is_default=False)
        )
    values = normalize_address(draft)._asdict()
    if id is None:
        values |= {"id": new_id(), "account_id": account_id, "is_default": is_default or count == 0}
        row = await unit.session.execute(sa.insert(Address).values(**values).returning(*ADDRESS_COLUMNS))
        return AddressRecord._make(row.one())
    if is_default:
        values["is_default"] = True
    changed = sa.update(Address).where(Address.id == id, Address.account_id == account_id).values(**values)
    found = (await unit.session.execute(changed.returning(*ADDRESS_COLUMNS))).one_or_none()
    if found is None:
        raise Rejected(_no_such())
    return AddressRecord._make(found)


async def delete_address(unit: UnitOfWork, /, *, id: UUID, account_id: UUID) -> UUID:
    """Remove an address; if it was the default, the newest of the others becomes that. Raises `Rejected`."""
    await _lock(unit, account_id)
    gone = sa.delete(Address).where(Address.id == id, Address.account_id == account_id)
    was_default = await unit.session.scalar(gone.returning(Address.is_default))
    if was_default is None:
        raise Rejected(_no_such())
    if was_default:
        newest = sa.select(Address.id).where(Address.account_id == account_id).order_by(Address.id.desc()).limit(1)
        await unit.session.execute(
            sa.update(Address).where(Address.id == newest.scalar_subquery()).values(is_default=True)
        )
    return id


async def _lock(unit: UnitOfWork, account_id: UUID) -> int:
    """Keep others from changing the account's addresses until this unit ends; how many there are."""
    await unit.session.execute(sa.select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))
    count = sa.select(sa.func.count()).select_from(Address).where(Address.account_id == account_id)
    return await unit.session.scalar(count) or 0


def check_address(draft: AddressDraft) -> list[Problem]:
    """What is wrong with an address: BAD_ADDRESS, BAD_COUNTRY, BAD_POSTAL_CODE, at the names of its fields."""
    given = draft._asdict()
    problems: list[Problem] = [
        BadAddress(message=f"This line has 1 to {LONGEST_LINE} characters that can be printed.", path=(field,))
        for field in _NEEDED
        if not is_readable(given[field], most=LONGEST_LINE)
    ]
    problems += [
        BadAddress(message=f"This line has at most {LONGEST_LINE} characters that can be printed.", path=(field,))
        for field in _OPTIONAL
        if given[field] and given[field].strip() and not is_readable(given[field], most=LONGEST_LINE)
    ]
    return problems + check_place(country=draft.country, postal_code=draft.postal_code)


def normalize_address(draft: AddressDraft) -> AddressDraft:
    """The address in the one spelling in which it is kept."""
    return AddressDraft(
        recipient=draft.recipient.strip(),
        line1=draft.line1.strip(),
        city=draft.city.strip(),
        postal_code=" ".join(draft.postal_code.upper().split()),
        country=normalize_country(draft.country),
        company=_text(draft.company),
        line2=_text(draft.line2),
        region=_text(draft.region),
        phone=_text(draft.phone),
    )


def _text(line: str | None) -> str | None:
    return (line or "").strip() or None


def _no_such() -> NotFound:
    return NotFound(message="There is no such address.", path=("id",), kind="Address")
