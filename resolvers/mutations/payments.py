"""Mutations of gift cards and store credit."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import strawberry

from core.money import Money
from resolvers.context import Info
from resolvers.mutation import Outcome, attempt, commit_once
from schema.inputs.payments import GrantStoreCreditInput, IssueGiftCardInput
from services import payments
from services.payments import IssuedGiftCard
from services.unit_of_work import UnitOfWork


async def issue_gift_card(
    info: Info, input: Annotated[IssueGiftCardInput, strawberry.argument(description="The card.")]
) -> Outcome[IssuedGiftCard]:
    return await commit_once(
        info,
        attempt(info, "issueGiftCard", input.idempotency_key, strawberry.asdict(input)),
        lambda unit: payments.issue(
            unit,
            amount_minor=input.amount_minor,
            currency=info.context.settings.catalog.currency,
            expires_at=input.expires_at,
            actor=info.context.principal.subject,
        ),
        answer=lambda issued: {"card": issued.card.id},
        restore=_restore_card,
    )


async def grant_store_credit(
    info: Info, input: Annotated[GrantStoreCreditInput, strawberry.argument(description="The credit.")]
) -> Outcome[Money]:
    return await commit_once(
        info,
        attempt(info, "grantStoreCredit", input.idempotency_key, strawberry.asdict(input)),
        lambda unit: payments.grant(
            unit,
            email=input.email,
            amount_minor=input.amount_minor,
            currency=info.context.settings.catalog.currency,
            actor=info.context.principal.subject,
        ),
        answer=lambda balance: balance._asdict(),
        restore=_restore_balance,
    )


# Answers that were kept are JSON, hence Any.
async def _restore_card(unit: UnitOfWork, answer: Mapping[str, Any]) -> IssuedGiftCard:
    id = UUID(answer["card"])
    return IssuedGiftCard((await payments.find_gift_cards(unit.session, [id]))[id], code=None)


async def _restore_balance(unit: UnitOfWork, answer: Mapping[str, Any]) -> Money:
    return Money(**answer)
