"""Telling subscribers what happens while it happens: the log of events as they see it, and one hub per web process."""

from services.live.event_ids import EventId
from services.live.hub import Hub
from services.live.records import CHECKOUT_CHANGED, ORDER_CHANGED, STOCK_CHANGED, LiveEvent, of_account
from services.live.subscription import Subscription, TooSlow

__all__ = [
    "CHECKOUT_CHANGED",
    "ORDER_CHANGED",
    "STOCK_CHANGED",
    "EventId",
    "Hub",
    "LiveEvent",
    "Subscription",
    "TooSlow",
    "of_account",
]
