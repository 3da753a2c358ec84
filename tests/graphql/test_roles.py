"""What each role may use beside what all may, written down: a field that is opened or closed by mistake shows here.

That fields do refuse the other roles is tested for every field in `test_every_field.py`.
"""

from schema.schema import build_schema
from services.accounts.tokens import Role
from tests.graphql.reach import fields_with_roles

SCHEMA = build_schema()._schema
OF_OPERATORS = {
    "Query.operations",
    "Variant.inventoryLevels",
    "DeliveryOption.warehouses",
    "DeliveryGroup.warehouse",
    "Fulfillment.warehouse",
    "Fulfillment.availableActions",
    "OrderEvent.actor",
    "PaymentAttempt.provider",
    "PaymentAttempt.providerReference",
    "PaymentAttempt.checkAt",
    "Refund.reason",
    "Refund.error",
    "Refund.providerReference",
    "OrderEvent.details",
    *(
        f"Mutation.{name}"
        for name in (
            "saveSynonymSet",
            "deleteSynonymSet",
            "saveSearchBoost",
            "deleteSearchBoost",
            "retryJob",
            "replayParkedMessages",
            "discardParkedMessages",
            "saveDeliveryZone",
            "deleteDeliveryZone",
            "saveCarrier",
            "saveDeliveryMethod",
            "deleteDeliveryMethod",
            "reserveStock",
            "confirmReservation",
            "releaseReservation",
            "extendReservation",
            "setLowStockThreshold",
            "saveWarehouse",
            "savePromotion",
            "saveCoupon",
            "createCoupons",
            "saveTaxRate",
            "deleteTaxRate",
            "setCategoryTaxClass",
            "setPurchaseLimit",
            "moveFulfillment",
            "issueGiftCard",
            "grantStoreCredit",
        )
    ),
}
OF_SELLERS_TOO = {f"Mutation.{name}" for name in ("receiveStock", "importReceipts", "adjustStock", "transferStock")}
OF_ALL_WHO_HAVE_SIGNED_IN = {
    "Subscription.viewerOrders",
    *(
        f"Mutation.{name}"
        for name in (
            "revokeSession",
            "revokeOtherSessions",
            "changePassword",
            "saveProfile",
            "saveAddress",
            "deleteAddress",
            "createWishlist",
            "renameWishlist",
            "deleteWishlist",
            "addWishlistItems",
            "removeWishlistItems",
            "saveWishlistAlerts",
            "shareWishlist",
            "unshareWishlist",
            "moveWishlistItemsToCart",
            "markNotificationsRead",
            "mergeCart",
        )
    ),
}


def _usable_as(role: Role) -> set[str]:
    return {f"{type_name}.{name}" for type_name, name, roles in fields_with_roles(SCHEMA) if role in roles}


def test_what_operators_may_use() -> None:
    assert _usable_as(Role.OPERATOR) == OF_OPERATORS | OF_SELLERS_TOO | OF_ALL_WHO_HAVE_SIGNED_IN


def test_what_sellers_may_use() -> None:
    assert _usable_as(Role.SELLER) == OF_SELLERS_TOO | OF_ALL_WHO_HAVE_SIGNED_IN


def test_what_customers_may_use() -> None:
    assert _usable_as(Role.CUSTOMER) == OF_ALL_WHO_HAVE_SIGNED_IN
