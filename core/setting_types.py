"""Kinds of values that settings have, checked when they are read, and what all groups of settings share."""

from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict

# Those with a public key: by a shared one, whoever can check a token could sign one.
SigningAlgorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def _checked_origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or text != f"{parts.scheme}://{parts.netloc.lower()}":
        raise ValueError("An origin is a scheme and a host in small letters, as in https://shop.example, and no more.")
    return text


def _checked_network(text: str) -> str:
    ip_network(text)
    return text


Origin = Annotated[str, AfterValidator(_checked_origin)]
Network = Annotated[str, AfterValidator(_checked_network)]


class Concern(BaseModel):
    """One group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")
