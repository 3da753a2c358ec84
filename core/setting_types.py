"""Kinds of values that settings have, checked when they are read, and what all groups of settings share."""

from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

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


def _unset_if_empty(value: object) -> object:
    return None if value == "" else value


Origin = Annotated[str, AfterValidator(_checked_origin)]
Network = Annotated[str, AfterValidator(_checked_network)]
# Empty is as not set (OpenTelemetry, Environment Variable Specification, "Parsing empty value").
OfOpenTelemetry = Annotated[str | None, BeforeValidator(_unset_if_empty)]


class Concern(BaseModel):
    """One group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")
