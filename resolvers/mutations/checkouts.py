"""Mutations of checkouts. Those that pay run in phases with calls between, and open their transactions themselves.

Keys are scoped by what they are about, too: guests have no account, and two of them may send the same key.
"""

from collections.abc import Awaitable, Sequence
from typing import Annotated, TypeVar

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.mutation import Outcome, answer, attempt, commit
from resolvers.queries.carts import shopper_of
from resolvers.queries.orders import accessible_order
from schema.inputs.checkouts import (
    AddressInput,
    CancelOrderInput,
    CompleteCheckoutInput,
    CreateCheckoutInput,
    ExtendHoldInput,
    RetryPaymentInput,
    TenderInput,
    UpdateCheckoutInput,
)
from services import checkout, orders
from services.accounts import AddressDraft
from services.accounts.tokens import Role
from services.cart import Use
from services.checkout import (
    Addresses,
    Cancellation,
    Changes,
    CheckoutRecord,
    GivenAddress,
    Payment,
    TenderDraft,
    Till,
)
from services.orders import OrderRecord, Who

T = TypeVar("T")


async def create_checkout(
    info: Info, input: Annotated[CreateCheckoutInput, strawberry.argument(description="What to buy.")]
) -> Outcome[CheckoutRecord]:
    cart_id = None if input.cart is None else decode_id_of("Cart", input.cart)
    key = attempt(info, f"createCheckout:{cart_id or ''}", input.idempotency_key, strawberry.asdict(input))
    use = Use(shopper_of(info), cart_id, input.version)
    making = checkout.create(_till(info), use, email=input.email, attempt=key, addresses=_addresses(input))
    return await _outcome(info, making)


async def update_checkout(
    info: Info, input: Annotated[UpdateCheckoutInput, strawberry.argument(description="What to change.")]
) -> Outcome[CheckoutRecord]:
    addresses = _addresses(input)
    changes = Changes(
        email=input.email,
        shipping=addresses.shipping,
        billing=addresses.billing,
        choices=[(decode_id_of("DeliveryGroup", one.group), one.option) for one in bounded("delivery", input.delivery)],
    )
    key = decode_id_of("Checkout", input.checkout)
    return await commit(info, checkout.update, _till(info), key, shopper_of(info), changes, version=input.version)


async def extend_hold(
    info: Info, input: Annotated[ExtendHoldInput, strawberry.argument(description="Which one.")]
) -> Outcome[CheckoutRecord]:
    id = decode_id_of("Checkout", input.checkout)
    key = attempt(info, f"extendHold:{id}", input.idempotency_key, strawberry.asdict(input))
    return await commit(info, checkout.extend, _till(info), id, shopper_of(info), attempt=key)


async def complete_checkout(
    info: Info, input: Annotated[CompleteCheckoutInput, strawberry.argument(description="What to pay, and how.")]
) -> Outcome[CheckoutRecord]:
    wanted = Payment(decode_id_of("Checkout", input.checkout), _tenders(input.tenders), input.version)
    key = attempt(info, f"completeCheckout:{wanted.checkout_id}", input.idempotency_key, strawberry.asdict(input))
    return await _outcome(info, checkout.complete(_till(info), shopper_of(info), wanted, attempt=key))


async def retry_payment(
    info: Info, input: Annotated[RetryPaymentInput, strawberry.argument(description="What to pay, and how.")]
) -> Outcome[CheckoutRecord]:
    wanted = Payment(decode_id_of("Checkout", input.checkout), _tenders(input.tenders), input.version)
    key = attempt(info, f"retryPayment:{wanted.checkout_id}", input.idempotency_key, strawberry.asdict(input))
    return await _outcome(info, checkout.retry(_till(info), shopper_of(info), wanted, attempt=key))


async def cancel_order(
    info: Info, input: Annotated[CancelOrderInput, strawberry.argument(description="Which order.")]
) -> Outcome[OrderRecord]:
    order_id = decode_id_of("Order", input.order)
    key = attempt(info, f"cancelOrder:{order_id}", input.idempotency_key, strawberry.asdict(input))
    if await accessible_order(info, order_id, input.access_key) is None:
        return Outcome(None, (orders.missing(),))
    who = Who.OPERATOR if info.context.principal.role is Role.OPERATOR else Who.OWNER
    wanted = Cancellation(order_id, who, input.reason)
    return await _outcome(info, checkout.cancel_order(_till(info), wanted, attempt=key))


def _till(info: Info) -> Till:
    return Till(info.context.shopping_carts(), info.context.payment_provider(), info.context.principal.subject)


async def _outcome(info: Info, doing: Awaitable[T]) -> Outcome[T]:
    outcome = await answer(doing)
    info.context.renew_loaders()
    return outcome


def _tenders(given: Sequence[TenderInput]) -> Sequence[TenderDraft]:
    return [
        TenderDraft(one.method, one.amount_minor, one.card, one.gift_card_code, one.save_card, one.return_url)
        for one in bounded("tenders", given)
    ]


def _addresses(input: CreateCheckoutInput | UpdateCheckoutInput) -> Addresses:
    kept = None if input.address is None else decode_id_of("Address", input.address)
    shipping = _address(input.shipping_address) if kept is None else GivenAddress(id=kept)
    return Addresses(shipping, _address(input.billing_address))


def _address(given: AddressInput | None) -> GivenAddress | None:
    if given is None:
        return None
    return GivenAddress(AddressDraft(*(getattr(given, name) for name in AddressDraft._fields)))
