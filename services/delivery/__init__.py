"""Delivery: what other contexts and the layers above may use."""

from services.delivery.carriers import delete_method, save_carrier, save_method
from services.delivery.handlers import consumer
from services.delivery.matrix import RECOMPUTE, Scope, enqueue_recompute, recompute
from services.delivery.places import find_place
from services.delivery.records import PlaceRecord
from services.delivery.rules import PostalCodeDraft, RateDraft
from services.delivery.zones import delete_zone, save_zone

__all__ = [
    "RECOMPUTE",
    "PlaceRecord",
    "PostalCodeDraft",
    "RateDraft",
    "Scope",
    "consumer",
    "delete_method",
    "delete_zone",
    "enqueue_recompute",
    "find_place",
    "recompute",
    "save_carrier",
    "save_method",
    "save_zone",
]
