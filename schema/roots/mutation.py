"""The Mutation root, put together from the mutations of each context."""

import strawberry

from schema.roots.mutations.accounts import AccountMutations
from schema.roots.mutations.carts import CartMutations
from schema.roots.mutations.checkouts import CheckoutMutations
from schema.roots.mutations.delivery import DeliveryMutations
from schema.roots.mutations.inventory import InventoryMutations
from schema.roots.mutations.jobs import JobMutations
from schema.roots.mutations.messages import MessageMutations
from schema.roots.mutations.notifications import NotificationMutations
from schema.roots.mutations.offers import OfferMutations
from schema.roots.mutations.orders import OrderMutations
from schema.roots.mutations.payments import PaymentMutations
from schema.roots.mutations.promotions import PromotionMutations
from schema.roots.mutations.reservations import ReservationMutations
from schema.roots.mutations.search import SearchMutations
from schema.roots.mutations.taxes import TaxMutations
from schema.roots.mutations.wishlists import WishlistMutations


@strawberry.type(description="What can be changed.")
class Mutation(
    AccountMutations,
    CartMutations,
    CheckoutMutations,
    WishlistMutations,
    NotificationMutations,
    SearchMutations,
    DeliveryMutations,
    JobMutations,
    MessageMutations,
    ReservationMutations,
    InventoryMutations,
    OfferMutations,
    OrderMutations,
    PaymentMutations,
    PromotionMutations,
    TaxMutations,
):
    """One base a context."""
