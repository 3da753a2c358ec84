"""What walks through the schema give to arguments: GraphQL literals by "field.argument"."""

from collections.abc import Mapping

from tests.factories.busy_checkouts import BUSY_CHECKOUT_ID
from tests.factories.orders import BUSY_ACCESS, BUSY_NUMBER
from tests.factories.wishlists import BUSY_KEY
from tests.fixtures.shop import Shop

SAMPLES = {
    "product.slug": '"wide-hiking-shoe"',
    "category.slug": '"outdoor"',
    "categories.depth": "2",
    "search.query": '""',
    "suggest.prefix": '"h"',
    "suggest.first": "8",
    "variantBySelectedOptions.selectedOptions": "[]",
    "delivery.postalCode": '"10001"',
    "deliveryOptions.postalCode": '"10001"',
    "checkout.id": f'"{BUSY_CHECKOUT_ID}"',
    "order.number": f'"{BUSY_NUMBER}"',
    "order.accessKey": f'"{BUSY_ACCESS}"',
    "giftCard.code": '"ABCD-EFGH-JKLM-NPQR"',
    "sharedWishlist.key": f'"{BUSY_KEY}"',
}


def samples_of(shop: Shop, size: int) -> Mapping[str, str]:
    """With ids of this shop, and pages of so many where ids are listed."""
    return {
        **SAMPLES,
        **{f"node.id@{kind}": f'"{keys[0]}"' for kind, keys in shop.ids.items()},
        "nodes.ids": "[" + ", ".join(f'"{key}"' for key in shop.ids["Product"][:size]) + "]",
        "deliveryOptions.variant": f'"{shop.ids["Variant"][0]}"',
        "seller.id": f'"{shop.ids["Seller"][0]}"',
    }
