"""Delivery: what other contexts and the layers above may use."""

from services.delivery.places import find_place
from services.delivery.records import PlaceRecord

__all__ = ["PlaceRecord", "find_place"]
