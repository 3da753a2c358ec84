"""Pictures of the demo's products, drawn on request: a path says all that is needed, nothing is stored."""

from demo.pictures.address import STYLES, Picture, find
from demo.pictures.blurhash import placeholder

__all__ = ["STYLES", "Picture", "find", "placeholder"]
