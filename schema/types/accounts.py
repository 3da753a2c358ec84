"""Accounts in the graph: each is seen by its owner alone."""

from datetime import datetime

import strawberry

from resolvers.fields import paging
from resolvers.queries import accounts as queries
from resolvers.queries import notifications as of_notifications
from resolvers.queries import orders as of_orders
from resolvers.queries import payments as of_payments
from resolvers.queries import wishlists as of_wishlists
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.types.money import Money
from schema.types.notifications import NotificationConnection
from schema.types.orders import OrderConnection
from schema.types.paging import PageInfo
from schema.types.payments import SavedCard
from schema.types.wishlists import WishlistConnection
from services.accounts import AccountRecord, AddressRecord, SessionRecord
from services.accounts.tokens import Role


@strawberry.type(description="Where somebody has things sent to.")
class Address(Node):
    id: strawberry.ID = id_of("Address")
    recipient: str = field("Who receives.")
    company: str | None = field("Where they work.")
    line1: str = field("Street and number.")
    line2: str | None = field("What else it takes to find the door.")
    city: str = field("The town.")
    region: str | None = field("State, province or county.")
    postal_code: str = field("The postal code.")
    country: str = field("The country, ISO 3166.")
    phone: str | None = field("What the carrier may call.")
    is_default: bool = field("Whether it is the one that is taken where none is chosen.")
    is_type_of = view_of(AddressRecord)


@strawberry.type(description="An address in a list.")
class AddressEdge:
    node: Address = field("The address.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of addresses, newest first.")
class AddressConnection:
    edges: list[AddressEdge] = field("The addresses of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="One sign-in on one device, which goes on until it ends or is not used for long.")
class Session(Node):
    id: strawberry.ID = id_of("Session")
    created_at: datetime = field("When somebody signed in.")
    last_used_at: datetime = field("When it was refreshed last.")
    expires_at: datetime = field("When it is over unless it is refreshed before.")
    user_agent: str | None = field("What the client says of itself.")
    address: str | None = field("The network address that it was used from last.")
    is_current: bool = resolved_by(queries.is_current, description="Whether it is the one that asks.")
    is_type_of = view_of(SessionRecord)


@strawberry.type(description="A session in a list.")
class SessionEdge:
    node: Session = field("The session.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of sessions that go on, newest first.")
class SessionConnection:
    edges: list[SessionEdge] = field("The sessions of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="The account of who is asking.")
class Viewer(Node):
    id: strawberry.ID = id_of("Viewer")
    email: str | None = field("The e-mail address; null if the outside issuer of the account told none.")
    is_email_verified: bool = field("Whether its owner has shown that letters arrive there.")
    name: str | None = field("What to call the person.")
    role: Role = field("Who the account is to the store.")
    addresses: AddressConnection = resolved_by(queries.addresses, description="Its addresses, newest first.")
    default_address: Address | None = resolved_by(
        queries.default_address, description="The address that is taken where none is chosen."
    )
    sessions: SessionConnection = resolved_by(queries.sessions, description="Where it is signed in, newest first.")
    orders: OrderConnection = resolved_by(of_orders.orders, description="What it has bought, newest first.")
    wishlists: WishlistConnection = resolved_by(of_wishlists.wishlists, description="Its wishlists, newest first.")
    notifications: NotificationConnection = resolved_by(
        of_notifications.notifications, description="What it was told, newest first."
    )
    unread_notifications: int = resolved_by(
        of_notifications.unread, description="How many notifications it has not read."
    )
    store_credit: list[Money] = resolved_by(
        of_payments.store_credit, description="What the store owes it, by currency; none where nothing is left."
    )
    saved_cards: list[SavedCard] | None = resolved_by(
        of_payments.saved_cards,
        description="The cards that the payment provider keeps for it. Null if the provider does not answer.",
    )
    is_type_of = view_of(AccountRecord)
