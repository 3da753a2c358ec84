"""What people change of their addresses."""

from functools import partial
from typing import Annotated

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info, require_account
from resolvers.mutation import Outcome, commit, delete
from schema.inputs.accounts import DeleteAddressInput, SaveAddressInput
from services import accounts
from services.accounts import AddressDraft, AddressRecord


async def save_address(
    info: Info, input: Annotated[SaveAddressInput, strawberry.argument(description="The address.")]
) -> Outcome[AddressRecord]:
    return await commit(
        info,
        accounts.save_address,
        account_id=require_account(info),
        id=None if input.id is None else decode_id_of("Address", input.id),
        draft=AddressDraft(
            recipient=input.recipient,
            line1=input.line1,
            city=input.city,
            postal_code=input.postal_code,
            country=input.country,
            company=input.company,
            line2=input.line2,
            region=input.region,
            phone=input.phone,
        ),
        is_default=input.is_default,
    )


async def delete_address(
    info: Info, input: Annotated[DeleteAddressInput, strawberry.argument(description="The address.")]
) -> Outcome[str]:
    command = partial(accounts.delete_address, account_id=require_account(info))
    return await delete(info, command, kind="Address", id=input.id)
