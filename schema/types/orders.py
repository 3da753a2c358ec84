"""Orders in the graph: what was bought, where it is, and everything that happened to it."""

from datetime import datetime

import strawberry

from models.orders import OrderStatus
from resolvers.fields import orders as fields
from resolvers.fields import paging
from resolvers.fields import payments as of_payments
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.types.inventory import Warehouse
from schema.types.money import Money
from schema.types.paging import PageInfo
from schema.types.payments import PaymentAttempt, Refund
from schema.types.products import Variant
from schema.types.sellers import Seller
from services.accounts.tokens import Role
from services.orders import FulfillmentStatus, OrderAction, OrderRecord


@strawberry.type(description="Units of one offer that were bought. Its amounts never change.")
class OrderLine:
    position: int = field("Its place in the order, from 0.")
    variant: Variant | None = resolved_by(
        fields.line_variant, description="What was bought, as the store shows it now. Null if it shows it no more."
    )
    seller: Seller | None = resolved_by(fields.seller, description="Who sold it. Null if they are gone.")
    sku: str = field("The seller's name for it, as it was.")
    title: str = field("What it was called.")
    quantity: int = field("How many units.")
    cancelled: int = field("How many of them were cancelled.")
    returned: int = field("How many of them have come back.")
    unit_price: Money = field("The price of one.")
    discount: Money = field("What promotions took off the line.")
    total: Money = field("Quantity times price less discount, before any tax that is added.")
    tax: Money = field("The tax on `total`, added to it or within it.")


@strawberry.type(description="A tax, added up by rate.")
class OrderTax:
    name: str = field("The tax's name.")
    rate_ppm: int = field("The rate in parts per million: 88750 is 8.875 %.")
    taxable: Money = field("The amount that it is on.")
    amount: Money = field("The tax.")


@strawberry.type(
    description="The parts of what an order costs: lines - discount + delivery + addedTax = total, to the last minor "
    "unit. They are as its checkout froze them."
)
class OrderTotals:
    lines: Money = field("All units at their prices.", attribute="lines_total")
    discount: Money = field("What promotions took off lines.")
    delivery: Money = field("Delivery, after what promotions took off it.")
    added_tax: Money = field("Tax that came on top of prices; nothing where prices include it.")
    included_tax: Money = field("Tax that is within the prices, where they include it.")
    taxes: list[OrderTax] = resolved_by(fields.taxes, description="Taxes by rate, delivery's included.")
    total: Money = field("What is to be paid.")


@strawberry.type(description="An address as it was when an order was made.")
class OrderAddress:
    recipient: str = field("Who receives.")
    company: str | None = field("Where they work.")
    line1: str = field("Street and number.")
    line2: str | None = field("What else it takes to find the door.")
    city: str = field("The town.")
    region: str | None = field("State, province or county.")
    postal_code: str = field("The postal code.")
    country: str = field("The country, ISO 3166.")
    phone: str | None = field("What the carrier may call.")


@strawberry.type(description="What was bought, for the books: from what was frozen, and never computed anew.")
class Invoice:
    number: str = field("The order's number.", attribute="order.number")
    issued_at: datetime = field("When the order was placed.")
    billed_to: OrderAddress | None = field("The billing address, or the shipping address where none was given.")
    lines: list[OrderLine] = field("What was bought.")
    taxes: list[OrderTax] = field("Taxes by rate.")
    totals: OrderTotals = field("The sums.", attribute="order")


@strawberry.type(description="Units of an order's line in a shipment.")
class FulfillmentLine:
    line: OrderLine = resolved_by(fields.shipped_line, description="Of which line.")
    quantity: int = field("How many units.")


@strawberry.type(description="One shipment of an order: from one warehouse, of one seller, by one way.")
class Fulfillment:
    id: strawberry.ID = id_of("Fulfillment")
    number: int = field("Counts the order's shipments from 1.")
    status: FulfillmentStatus = field("Where it is.", attribute="state")
    carrier: str = field("Who carries it.")
    method: str = field("The carrier's way of doing so.")
    tracking_number: str | None = field("The carrier's number for it. Null before it has left, or if there is none.")
    seller: Seller | None = resolved_by(fields.seller, description="Whose goods it has. Null if they are gone.")
    lines: list[FulfillmentLine] = resolved_by(fields.contents, description="What is in it.")
    updated_at: datetime = field("When it was moved last.")
    warehouse: Warehouse | None = resolved_by(
        fields.warehouse, description="Where it comes from. Null if that is gone.", requires=Role.OPERATOR
    )
    available_actions: list[OrderAction] | None = resolved_by(
        fields.next_moves, description="What is done with it next: `moveFulfillment`.", requires=Role.OPERATOR
    )


@strawberry.type(description="Something that happened to an order.")
class OrderEvent:
    at: datetime = field("When it happened.", attribute="occurred_at")
    cause: str = field("Why, or by what: `checkout.completed`, `payment.failed`, `fulfillment.shipped` and so on.")
    before: OrderStatus = field("Where the order was before.", attribute="state_before")
    after: OrderStatus = field("Where it was then: the same if it did not move.", attribute="state_after")
    actor: str | None = resolved_by(
        fields.actor, description="Who asked for it. Null if it happened by itself.", requires=Role.OPERATOR
    )
    details: str | None = resolved_by(
        fields.details, description="More that depends on the cause, as JSON.", requires=Role.OPERATOR
    )


@strawberry.type(description="Something that happened, in a list.")
class OrderEventEdge:
    node: OrderEvent = field("What happened.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of what happened, oldest first.")
class OrderEventConnection:
    edges: list[OrderEventEdge] = field("The events of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="What somebody has bought. Its owner sees it, operators do, and a guest who has its key.")
class Order(Node):
    id: strawberry.ID = id_of("Order")
    number: str = field("Its name for people: ten letters and digits.")
    access_key: str | None = resolved_by(
        fields.access_key, description="Lets whoever has it see the order: its buyer's secret. Null for operators."
    )
    status: OrderStatus = field("Where it is in its life.", attribute="state")
    available_actions: list[OrderAction] = resolved_by(
        fields.actions, description="What the caller may do with it now."
    )
    version: int = field("Grows with each change.")
    email: str = field("Where letters about it go.")
    placed_at: datetime = field("When it was made.")
    confirmed_at: datetime | None = field("When it was paid, or promised to be at the door. Null before that.")
    updated_at: datetime = field("When it was changed last.")
    lines: list[OrderLine] = resolved_by(fields.lines, description="What was bought.")
    totals: OrderTotals = resolved_by(fields.totals, description="What it costs, in parts that sum up.")
    shipping_address: OrderAddress | None = resolved_by(fields.shipping_address, description="Where it goes to.")
    billing_address: OrderAddress | None = resolved_by(
        fields.billing_address, description="Who is billed, if that is another address."
    )
    fulfillments: list[Fulfillment] = resolved_by(fields.fulfillments, description="Its shipments.")
    events: OrderEventConnection = resolved_by(fields.events, description="Everything that happened, oldest first.")
    payments: list[PaymentAttempt] = resolved_by(of_payments.attempts, description="How it was paid, the oldest first.")
    refunds: list[Refund] = resolved_by(of_payments.refunds, description="What went back, the oldest first.")
    invoice: Invoice | None = resolved_by(
        fields.invoice_of, description="Its invoice. Null of an order that never was placed."
    )
    is_type_of = view_of(OrderRecord)


@strawberry.type(description="An order in a list.")
class OrderEdge:
    node: Order = field("The order.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of orders, newest first.")
class OrderConnection:
    edges: list[OrderEdge] = field("The orders of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")
