"""All loaders of one request, each made when it is first used."""

from functools import cached_property

from core.settings import CatalogSettings
from loaders import accounts, catalog, delivery, offers, pages
from loaders.batch import Sessions
from loaders.cards import CardsOfList
from loaders.carts import CartById, PriceOfCart
from loaders.checkouts import CheckoutById
from loaders.listing import ListingCounts, ListingPages
from loaders.orders import EventsOfOrder, FulfillmentsByOrder, LinesByFulfillment, LinesByOrder, OrderById
from loaders.payments import AttemptsByOrder, RefundsByOrder
from loaders.products import ProductById
from loaders.promotions import CouponsOfPromotion, PromotionById
from loaders.reservations import AllocationsByReservation, LinesByReservation, ReservationById
from loaders.stock import LinesOfReceipt, ReceiptById
from loaders.wishlists import (
    ItemCountByWishlist,
    ItemsOfWishlist,
    NotificationById,
    UnreadByAccount,
    WishlistById,
)
from ports.cache import Cache
from services.cart import Carts
from services.unit_of_work import Database


class Loaders:
    """Made anew for each request, and for the payload of a mutation after its commit."""

    def __init__(
        self, database: Database, cache: Cache, settings: CatalogSettings, *, carts: Carts | None = None
    ) -> None:
        self._sessions = Sessions(database)
        self._cache = cache
        self._settings = settings
        self._carts = carts

    def note_touched(self, touched: set[str]) -> None:
        """Add the tags of all that is loaded from now on to `touched`."""
        self._sessions.touched = touched

    def _all_carts(self) -> Carts:
        if self._carts is None:
            raise AssertionError("this request was made without carts")
        return self._carts

    @cached_property
    def cart_by_id(self) -> CartById:
        return CartById(self._all_carts())

    @cached_property
    def price_of_cart(self) -> PriceOfCart:
        return PriceOfCart(self._all_carts())

    @cached_property
    def account_by_id(self) -> accounts.AccountById:
        return accounts.AccountById(self._sessions)

    @cached_property
    def session_by_id(self) -> accounts.SessionById:
        return accounts.SessionById(self._sessions)

    @cached_property
    def address_by_id(self) -> accounts.AddressById:
        return accounts.AddressById(self._sessions)

    @cached_property
    def default_address_by_account(self) -> accounts.DefaultAddressByAccount:
        return accounts.DefaultAddressByAccount(self._sessions)

    @cached_property
    def product_by_id(self) -> ProductById:
        return ProductById(self._sessions, self._cache, seconds=self._settings.cache_seconds)

    @cached_property
    def product_id_by_slug(self) -> catalog.ProductIdBySlug:
        return catalog.ProductIdBySlug(self._sessions)

    @cached_property
    def content_by_product(self) -> catalog.ContentByProduct:
        return catalog.ContentByProduct(self._sessions)

    @cached_property
    def options_by_product(self) -> catalog.OptionsByProduct:
        return catalog.OptionsByProduct(self._sessions)

    @cached_property
    def first_variant_by_product(self) -> catalog.FirstVariantByProduct:
        return catalog.FirstVariantByProduct(self._sessions)

    @cached_property
    def variant_by_id(self) -> catalog.VariantById:
        return catalog.VariantById(self._sessions)

    @cached_property
    def variant_by_choice(self) -> catalog.VariantByChoice:
        return catalog.VariantByChoice(self._sessions)

    @cached_property
    def variants_of_product(self) -> pages.VariantsOfProduct:
        return pages.VariantsOfProduct(self._sessions)

    @cached_property
    def media_of_product(self) -> pages.MediaOfProduct:
        return pages.MediaOfProduct(self._sessions)

    @cached_property
    def image_by_product(self) -> pages.ImageByProduct:
        return pages.ImageByProduct(self._sessions)

    @cached_property
    def media_of_variant(self) -> pages.MediaOfVariant:
        return pages.MediaOfVariant(self._sessions)

    @cached_property
    def category_by_id(self) -> catalog.CategoryById:
        return catalog.CategoryById(self._sessions)

    @cached_property
    def category_by_slug(self) -> catalog.CategoryBySlug:
        return catalog.CategoryBySlug(self._sessions)

    @cached_property
    def children_by_category(self) -> catalog.ChildrenByCategory:
        return catalog.ChildrenByCategory(self._sessions)

    @cached_property
    def attributes_by_category(self) -> catalog.AttributesByCategory:
        return catalog.AttributesByCategory(self._sessions)

    @cached_property
    def attribute_by_code(self) -> catalog.AttributeByCode:
        return catalog.AttributeByCode(self._sessions)

    @cached_property
    def brand_by_id(self) -> catalog.BrandById:
        return catalog.BrandById(self._sessions)

    @cached_property
    def seller_by_id(self) -> catalog.SellerById:
        return catalog.SellerById(self._sessions)

    @cached_property
    def offer_by_id(self) -> offers.OfferById:
        return offers.OfferById(self._sessions)

    @cached_property
    def buy_box_by_variant(self) -> offers.BuyBoxByVariant:
        return offers.BuyBoxByVariant(self._sessions, currency=self._settings.currency)

    @cached_property
    def price_range_by_product(self) -> offers.PriceRangeByProduct:
        return offers.PriceRangeByProduct(self._sessions, currency=self._settings.currency)

    @cached_property
    def offers_of_variant(self) -> pages.OffersOfVariant:
        return pages.OffersOfVariant(self._sessions, currency=self._settings.currency)

    @cached_property
    def prices_of_offer(self) -> pages.PricesOfOffer:
        return pages.PricesOfOffer(self._sessions)

    @cached_property
    def availability_by_variant(self) -> offers.AvailabilityByVariant:
        return offers.AvailabilityByVariant(self._sessions)

    @cached_property
    def availability_by_product(self) -> offers.AvailabilityByProduct:
        return offers.AvailabilityByProduct(self._sessions)

    @cached_property
    def levels_by_variant(self) -> offers.LevelsByVariant:
        return offers.LevelsByVariant(self._sessions)

    @cached_property
    def warehouse_by_id(self) -> offers.WarehouseById:
        return offers.WarehouseById(self._sessions)

    @cached_property
    def place_by_key(self) -> delivery.PlaceByKey:
        return delivery.PlaceByKey(self._sessions, self._cache)

    @cached_property
    def delivery_of_variant(self) -> delivery.DeliveryOfVariant:
        return delivery.DeliveryOfVariant(self._sessions, currency=self._settings.currency)

    @cached_property
    def delivery_of_product(self) -> delivery.DeliveryOfProduct:
        return delivery.DeliveryOfProduct(self._sessions, currency=self._settings.currency)

    @cached_property
    def postal_codes_of_zone(self) -> delivery.PostalCodesOfZone:
        return delivery.PostalCodesOfZone(self._sessions)

    @cached_property
    def carrier_by_id(self) -> delivery.CarrierById:
        return delivery.CarrierById(self._sessions)

    @cached_property
    def methods_of_carrier(self) -> delivery.MethodsOfCarrier:
        return delivery.MethodsOfCarrier(self._sessions)

    @cached_property
    def reservation_by_id(self) -> ReservationById:
        return ReservationById(self._sessions)

    @cached_property
    def lines_by_reservation(self) -> LinesByReservation:
        return LinesByReservation(self._sessions)

    @cached_property
    def allocations_by_reservation(self) -> AllocationsByReservation:
        return AllocationsByReservation(self._sessions)

    @cached_property
    def receipt_by_id(self) -> ReceiptById:
        return ReceiptById(self._sessions)

    @cached_property
    def lines_of_receipt(self) -> LinesOfReceipt:
        return LinesOfReceipt(self._sessions)

    @cached_property
    def promotion_by_id(self) -> PromotionById:
        return PromotionById(self._sessions)

    @cached_property
    def coupons_of_promotion(self) -> CouponsOfPromotion:
        return CouponsOfPromotion(self._sessions)

    @cached_property
    def rating_by_product(self) -> offers.RatingByProduct:
        return offers.RatingByProduct(self._sessions)

    @cached_property
    def checkout_by_id(self) -> CheckoutById:
        return CheckoutById(self._sessions)

    @cached_property
    def order_by_id(self) -> OrderById:
        return OrderById(self._sessions)

    @cached_property
    def lines_by_order(self) -> LinesByOrder:
        return LinesByOrder(self._sessions)

    @cached_property
    def events_of_order(self) -> EventsOfOrder:
        return EventsOfOrder(self._sessions)

    @cached_property
    def fulfillments_by_order(self) -> FulfillmentsByOrder:
        return FulfillmentsByOrder(self._sessions)

    @cached_property
    def lines_by_fulfillment(self) -> LinesByFulfillment:
        return LinesByFulfillment(self._sessions)

    @cached_property
    def attempts_by_order(self) -> AttemptsByOrder:
        return AttemptsByOrder(self._sessions)

    @cached_property
    def refunds_by_order(self) -> RefundsByOrder:
        return RefundsByOrder(self._sessions)

    @cached_property
    def wishlist_by_id(self) -> WishlistById:
        return WishlistById(self._sessions)

    @cached_property
    def item_count_by_wishlist(self) -> ItemCountByWishlist:
        return ItemCountByWishlist(self._sessions)

    @cached_property
    def items_of_wishlist(self) -> ItemsOfWishlist:
        return ItemsOfWishlist(self._sessions)

    @cached_property
    def notification_by_id(self) -> NotificationById:
        return NotificationById(self._sessions)

    @cached_property
    def unread_by_account(self) -> UnreadByAccount:
        return UnreadByAccount(self._sessions)

    @cached_property
    def cards_of_list(self) -> CardsOfList:
        return CardsOfList(self._sessions)

    @cached_property
    def listing_pages(self) -> ListingPages:
        return ListingPages(self._sessions)

    @cached_property
    def listing_counts(self) -> ListingCounts:
        return ListingCounts(self._sessions)
