"""The operators' part of the graph."""

import strawberry

from resolvers.fields import paging
from resolvers.queries import delivery, inventory, jobs, messages, orders, promotions, taxes
from resolvers.queries import operations as queries
from resolvers.queries import payments as of_payments
from schema.base import field, id_of, resolved_by
from schema.types.categories import Category
from schema.types.delivery import DeliveryOperations
from schema.types.jobs import JobConnection
from schema.types.messages import ParkedMessageConnection
from schema.types.orders import OrderConnection
from schema.types.paging import PageInfo
from schema.types.payment_reports import PaymentReconciliationConnection
from schema.types.payments import PaymentAttemptConnection, RefundConnection
from schema.types.products import Product
from schema.types.promotions import PromotionConnection
from schema.types.sellers import Brand
from schema.types.stock import InventoryOperations
from schema.types.taxes import TaxRateConnection


@strawberry.type(description="Words and phrases that find the same products.")
class SynonymSet:
    id: strawberry.ID = id_of("SynonymSet")
    terms: list[str] = field("The words and phrases.")
    is_one_way: bool = field("Whether only the first term finds the others, and not the reverse.", attribute="one_way")


@strawberry.type(description="A set of synonyms in a list.")
class SynonymSetEdge:
    node: SynonymSet = field("The set.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of synonym sets, oldest first.")
class SynonymSetConnection:
    edges: list[SynonymSetEdge] = field("The sets of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(
    description="A rule of ranking: when the query has one of `queryWords` (always, if there are none), the products "
    "it describes score times `factor`."
)
class SearchBoost:
    id: strawberry.ID = id_of("SearchBoost")
    name: str = field("What operators call it.")
    query_words: list[str] = field("The words of the query that it waits for.")
    title_words: list[str] = field("Describes products with one of these in the title that the query lacks.")
    category: Category | None = resolved_by(
        queries.boosted_category, description="Describes products in this category and below."
    )
    brand: Brand | None = resolved_by(queries.boosted_brand, description="Describes products of this brand.")
    product: Product | None = resolved_by(queries.boosted_product, description="Describes this product.")
    factor: float = field("Above 1 lifts, below 1 sinks.")


@strawberry.type(description="A rule of ranking in a list.")
class SearchBoostEdge:
    node: SearchBoost = field("The rule.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of ranking rules, oldest first.")
class SearchBoostConnection:
    edges: list[SearchBoostEdge] = field("The rules of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="What operators see of the store.")
class Operations:
    synonym_sets: SynonymSetConnection = resolved_by(queries.synonym_sets, description="The synonyms of search.")
    search_boosts: SearchBoostConnection = resolved_by(
        queries.search_boosts, description="The ranking rules of search."
    )
    parked_messages: ParkedMessageConnection = resolved_by(
        messages.parked_messages, description="The messages that consumers of events could not handle and that wait."
    )
    jobs: JobConnection = resolved_by(jobs.jobs, description="The work that is not done: waiting, running or failed.")
    inventory: InventoryOperations = resolved_by(
        inventory.inventory, description="Stock: what is where, how it changed, and what is held."
    )
    delivery: DeliveryOperations = resolved_by(
        delivery.delivery, description="Zones, carriers, rates and the matrix computed from them."
    )
    orders: OrderConnection = resolved_by(
        orders.all_orders, description="All orders, newest first; each with its whole history."
    )
    payments: PaymentAttemptConnection = resolved_by(
        of_payments.attempts, description="What was paid, and what was not, with what, newest first."
    )
    refunds: RefundConnection = resolved_by(of_payments.refunds, description="What went back, newest first.")
    payment_reconciliations: PaymentReconciliationConnection = resolved_by(
        of_payments.reconciliations,
        description="The comparisons of payments with the provider and with orders, made every hour.",
    )
    promotions: PromotionConnection = resolved_by(
        promotions.promotions, description="What makes things cheaper, with its coupons and uses."
    )
    tax_rates: TaxRateConnection = resolved_by(taxes.tax_rates, description="What is taxed where.")
