"""The kinds and states of payments in the graph, where several files import them from: described before used."""

from models.payments import PaymentMethod, PaymentStatus, RefundStatus
from schema.describe import describe_enum

__all__ = ["PaymentMethod", "PaymentStatus", "RefundStatus"]

describe_enum(
    PaymentMethod,
    name="PaymentMethod",
    description="With what is paid.",
    meanings={
        PaymentMethod.CARD: "A card, charged by the payment provider.",
        PaymentMethod.GIFT_CARD: "A gift card, by its code.",
        PaymentMethod.STORE_CREDIT: "What the store owes the account.",
        PaymentMethod.CASH_ON_DELIVERY: "Cash, at the door.",
    },
)
describe_enum(
    PaymentStatus,
    name="PaymentStatus",
    description="Where a payment is.",
    meanings={
        PaymentStatus.CREATED: "The provider is about to be asked.",
        PaymentStatus.PROCESSING: "The provider has not said yet how it ends.",
        PaymentStatus.ACTION_REQUIRED: "The shopper's bank asks for something: go on with `clientSecret`.",
        PaymentStatus.PROMISED: "It is paid at the door.",
        PaymentStatus.SUCCEEDED: "It is paid.",
        PaymentStatus.FAILED: "It was refused.",
        PaymentStatus.CANCELLED: "It will not be made.",
        PaymentStatus.REFUNDED: "All of it has gone back.",
    },
)
describe_enum(
    RefundStatus,
    name="RefundStatus",
    description="Where a refund is.",
    meanings={
        RefundStatus.PENDING: "The provider is asked for it until it has said how it ends.",
        RefundStatus.SUCCEEDED: "The money has gone back.",
        RefundStatus.FAILED: "The provider will not give it back: somebody has to look at it.",
    },
)
