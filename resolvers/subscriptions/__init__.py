"""What starts subscriptions: each function checks what is asked for and answers with a source of events."""

from resolvers.subscriptions import checkouts, orders, stock

__all__ = ["checkouts", "orders", "stock"]
