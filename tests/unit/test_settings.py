"""Settings that would open the shop to others are refused."""

import pytest
from pydantic import SecretStr, ValidationError

from core.settings import AuthSettings, Mode, Settings, WebSettings
from core.shop_settings import PaymentSettings


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


def test_an_empty_collector_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")

    assert Settings().otlp_endpoint is None


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


def test_production_charges_by_a_real_provider_whose_webhooks_cannot_be_guessed() -> None:
    key, stub = SecretStr("sk_live_x"), PaymentSettings(provider="stub")
    missing = Settings(mode=Mode.PRODUCTION, stripe_api_key=None, stripe_api_url=None)
    unsafe = missing.model_copy(
        update={"stripe_api_key": key, "stripe_api_url": "http://stripe.example", "payments": stub}
    )
    safe = missing.model_copy(update={"stripe_api_key": key, "stripe_webhook_secret": SecretStr("whsec_x")})

    found = [" ".join(settings.refusals()) for settings in (missing, unsafe, safe)]

    assert "STRIPE_API_KEY is not set" in found[0]
    assert all(name in found[1] for name in ("PAYMENTS__PROVIDER", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_URL"))
    assert not any(name in found[2] for name in ("STRIPE", "PAYMENTS"))
