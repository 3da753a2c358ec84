"""The Mutation root, put together from the mutations of each context."""

import strawberry

from schema.roots.mutations.delivery import DeliveryMutations
from schema.roots.mutations.inventory import InventoryMutations
from schema.roots.mutations.jobs import JobMutations
from schema.roots.mutations.messages import MessageMutations
from schema.roots.mutations.reservations import ReservationMutations
from schema.roots.mutations.search import SearchMutations


@strawberry.type(description="What can be changed.")
class Mutation(
    SearchMutations, DeliveryMutations, JobMutations, MessageMutations, ReservationMutations, InventoryMutations
):
    """One base a context."""
