"""What makes things cheaper, and how often it may."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class PromotionKind(StrEnum):
    """What a promotion gives."""

    PERCENTAGE = "percentage"
    AMOUNT = "amount"
    BUY_X_GET_Y = "buy_x_get_y"
    FREE_DELIVERY = "free_delivery"


class Promotion(Identified, Timestamped, Base):
    """A rule that takes something off: for all carts that fulfil it, or with `needs_coupon` for those with its coupon.

    `basis_points` (1/100 of a percent) belong to PERCENTAGE and to the units that BUY_X_GET_Y gives, `amount_minor` to
    AMOUNT, the quantities to BUY_X_GET_Y. Empty scopes mean everything; a line is in scope if it is in one of the
    named categories (or below), brands or products. `minimum_minor` is what lines in scope must come to.
    Promotions apply by `priority`, the highest first; one that is not `is_combinable` applies alone.
    `uses` and `spent_minor` count orders; `most_uses`, `budget_minor` and `most_uses_per_customer` bound them.
    """

    __tablename__ = "promotion"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in PromotionKind)})", name="kind"),
        CheckConstraint(
            "(kind IN ('percentage', 'buy_x_get_y')) = (basis_points IS NOT NULL) "
            "AND (basis_points IS NULL OR basis_points BETWEEN 1 AND 10000)",
            name="basis_points",
        ),
        CheckConstraint("(kind = 'amount') = (amount_minor IS NOT NULL) AND amount_minor > 0", name="amount"),
        CheckConstraint(
            "(kind = 'buy_x_get_y') = (buy_quantity IS NOT NULL) "
            "AND (kind = 'buy_x_get_y') = (get_quantity IS NOT NULL) AND buy_quantity > 0 AND get_quantity > 0",
            name="quantities",
        ),
        CheckConstraint("minimum_minor >= 0", name="minimum"),
        CheckConstraint("starts_at < ends_at", name="window"),
        CheckConstraint("0 <= uses AND uses <= most_uses", name="uses"),
        CheckConstraint("0 <= spent_minor AND spent_minor <= budget_minor", name="spent"),
        CheckConstraint("most_uses_per_customer > 0", name="most_uses_per_customer"),
        Index("ix_promotion_automatic", "id", postgresql_where=text("is_active AND NOT needs_coupon")),
    )

    name: Mapped[str] = mapped_column()
    kind: Mapped[str] = mapped_column()
    basis_points: Mapped[int | None] = mapped_column()
    amount_minor: Mapped[int | None] = mapped_column()
    currency: Mapped[str] = mapped_column()
    buy_quantity: Mapped[int | None] = mapped_column()
    get_quantity: Mapped[int | None] = mapped_column()
    minimum_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    brand_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    needs_coupon: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_combinable: Mapped[bool] = mapped_column(default=True, server_default="true")
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    starts_at: Mapped[datetime | None] = mapped_column()
    ends_at: Mapped[datetime | None] = mapped_column()
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    most_uses: Mapped[int | None] = mapped_column()
    uses: Mapped[int] = mapped_column(default=0, server_default="0")
    budget_minor: Mapped[int | None] = mapped_column()
    spent_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    most_uses_per_customer: Mapped[int | None] = mapped_column()


class Coupon(Identified, Timestamped, Base):
    """A code that opens a promotion. `code` is as printed, `code_key` its one form whatever shoppers type."""

    __tablename__ = "coupon"
    __table_args__ = (
        UniqueConstraint("code_key"),
        CheckConstraint("0 <= uses AND uses <= most_uses", name="uses"),
    )

    promotion_id: Mapped[UUID] = mapped_column(ForeignKey("promotion.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column()
    code_key: Mapped[str] = mapped_column()
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    most_uses: Mapped[int | None] = mapped_column()
    uses: Mapped[int] = mapped_column(default=0, server_default="0")


class CouponHold(Base):
    """One use of a coupon that is kept for a cart until `held_until`, so that two carts never count on the last one.

    Past its time it counts for nothing; the cart may take a use again if one is left.
    """

    __tablename__ = "coupon_hold"
    __table_args__ = (Index(None, "cart_id"), Index(None, "held_until"))

    coupon_id: Mapped[UUID] = mapped_column(ForeignKey("coupon.id", ondelete="CASCADE"), primary_key=True)
    cart_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column()
    held_until: Mapped[datetime] = mapped_column()


class PromotionUse(Identified, Base):
    """That an order has used a promotion, and what it took off. An order uses a promotion once."""

    __tablename__ = "promotion_use"
    __table_args__ = (
        UniqueConstraint("order_id", "promotion_id"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        Index(None, "promotion_id", "account_id"),
    )

    promotion_id: Mapped[UUID] = mapped_column(ForeignKey("promotion.id"))
    coupon_id: Mapped[UUID | None] = mapped_column(ForeignKey("coupon.id"))
    order_id: Mapped[UUID] = mapped_column()
    account_id: Mapped[UUID | None] = mapped_column()
    amount_minor: Mapped[int] = mapped_column()
    used_at: Mapped[datetime] = mapped_column(server_default=func.now())
