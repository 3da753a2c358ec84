"""The public keys that an outside issuer signs its tokens with."""

from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key. `algorithms` are those that a key of its kind can be used by, so that no token chooses another."""

    key: PublicKey
    algorithms: frozenset[str]


class SigningKeys(Protocol):
    """The keys of one issuer. Raises `core.problems.Unavailable("issuer")` when they cannot be known at the moment."""

    async def find(self, kid: str) -> SigningKey | None:
        """The key with this id; None if the issuer has none."""
        ...

    async def close(self) -> None: ...
