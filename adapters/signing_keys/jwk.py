"""From a JSON Web Key Set (RFC 7517) to keys, with what is no key of use left out."""

from collections.abc import Iterator, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import PyJWTError

from ports.signing_keys import PublicKey, SigningKey

LONGEST_KID = 200
_LEAST_RSA_BITS = 2048
_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


def read_key_set(document: Any) -> Mapping[str, SigningKey]:
    """The usable keys of a parsed document, by `kid`; empty for what is no key set. Any JSON is taken, hence Any."""
    entries = document.get("keys") if isinstance(document, dict) else None
    return dict(_usable(entries if isinstance(entries, list) else []))


def _usable(entries: list[Any]) -> Iterator[tuple[str, SigningKey]]:
    """One key that cannot be read, of a kind that is not known yet say, takes nothing from the others."""
    for entry in entries:
        if not isinstance(entry, dict) or not _is_for_signatures(entry):
            continue
        kid, named = entry.get("kid"), entry.get("alg")
        if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
            continue
        try:
            key = jwt.PyJWK(entry).key
        except (PyJWTError, KeyError, TypeError, ValueError):
            continue
        algorithms = _algorithms(key)
        if named is not None:
            algorithms &= {named} if isinstance(named, str) else frozenset()
        if algorithms:
            yield kid, SigningKey(key, algorithms)


def _is_for_signatures(entry: Mapping[str, Any]) -> bool:
    operations = entry.get("key_ops")
    return entry.get("use", "sig") == "sig" and (not isinstance(operations, list) or "verify" in operations)


def _algorithms(key: PublicKey | object) -> frozenset[str]:
    """What the key can be used by; nothing for secrets, private keys and keys that are too short."""
    if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        return _RSA
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return frozenset({_CURVES[key.curve.name]})
    return frozenset({"EdDSA"}) if isinstance(key, Ed25519PublicKey) else frozenset()
