"""Settings that would open the shop to others are refused."""

import pytest
from pydantic import ValidationError

from core.settings import AuthSettings, Mode, Settings, WebSettings


@pytest.mark.parametrize(
    "origin", ["https://shop.example/", "shop.example", "*", "null", "ftp://shop.example", "https://Shop.example", ""]
)
def test_an_origin_is_a_scheme_and_a_host(origin: str) -> None:
    with pytest.raises(ValidationError):
        WebSettings(allowed_origins=(origin,))


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.1/8", ""])
def test_a_proxy_is_an_address_or_a_network(proxy: str) -> None:
    with pytest.raises(ValidationError):
        WebSettings(trusted_proxies=(proxy,))


def test_what_is_well_formed_is_taken() -> None:
    web = WebSettings(
        allowed_origins=("https://shop.example", "http://localhost:5173"), trusted_proxies=("10.0.0.0/8", "::1")
    )

    assert (len(web.allowed_origins), len(web.trusted_proxies)) == (2, 2)


def test_an_issuer_needs_an_audience() -> None:
    with pytest.raises(ValidationError, match="audience"):
        AuthSettings(oidc_issuer="https://id.example")


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_issuer_signs_by_public_keys_alone(algorithm: str) -> None:
    with pytest.raises(ValidationError):
        AuthSettings.model_validate({"oidc_algorithms": [algorithm]})


def test_production_refuses_what_is_not_encrypted() -> None:
    auth = AuthSettings(oidc_issuer="http://id.example", oidc_audience="shop", oidc_jwks_url="http://id.example/keys")
    web = WebSettings(allowed_origins=("http://shop.example",))

    refusals = " ".join(Settings(mode=Mode.PRODUCTION, auth=auth, web=web).refusals())

    assert all(name in refusals for name in ("OIDC_ISSUER", "OIDC_JWKS_URL", "ALLOWED_ORIGINS"))
    assert Settings(auth=auth, web=web).refusals() == []
