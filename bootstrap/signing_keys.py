"""From settings to the keys of an outside issuer."""

from adapters.signing_keys.jwks import JwksSigningKeys
from core.settings import Settings
from ports.signing_keys import SigningKeys


def open_signing_keys(settings: Settings) -> SigningKeys | None:
    """The keys of the issuer that the settings name, None if they name none. Nothing connects before the first token
    comes."""
    if settings.auth.oidc_issuer is None:
        return None
    return JwksSigningKeys(
        settings.auth.oidc_issuer, jwks_url=settings.auth.oidc_jwks_url, https_only=not settings.is_development
    )
