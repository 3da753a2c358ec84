"""Everything that can be set, in one frozen model. Read once in an entry point and handed down.

The addresses that every host knows keep their usual names; the rest are `EMPORIUM_<CONCERN>__<FIELD>`. With nothing
set, all parts run embedded on one machine.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.document_settings import DocumentSettings
from core.limit_settings import LimitSettings
from core.production import DEVELOPMENT_SECRET, DEVELOPMENT_WEBHOOK_SECRET, reasons_against
from core.search_settings import SearchSettings
from core.setting_types import Concern, Network, OfOpenTelemetry, Origin, SigningAlgorithm
from core.shop_settings import (
    CartSettings,
    DeliverySettings,
    DemoSettings,
    InventorySettings,
    OrderSettings,
    PaymentSettings,
)
from core.telemetry_settings import MetricsSettings, SlowSettings, TracingSettings
from core.work_settings import EventSettings, JobSettings

_KEPT_ANSWERS = 2_000
_DRAIN_SECONDS = 5.0
_AT_ONCE = 32
OPERATION_SECONDS = 20.0


class Mode(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class WebSettings(Concern):
    """The HTTP side."""

    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(1, description="Number of web processes.")
    graphiql: bool | None = Field(None, description="Serve GraphiQL; on in development unless set.")
    introspection: bool | None = Field(None, description="Answer introspection; on in development unless set.")
    kept_answers: int | None = Field(
        None,
        ge=0,
        description="Answers to anonymous reads that each process keeps, until what they show changes; 0 keeps none. "
        "2000 in production and none in development unless set.",
    )
    operation_seconds: float = Field(OPERATION_SECONDS, description="Operations are cancelled after this time.")
    drain_seconds: float | None = Field(
        None,
        ge=0,
        description="How long a process that was told to stop serves on, not ready, until load balancers have noticed. "
        "5 in production and none in development unless set.",
    )
    largest_body_bytes: int = Field(1_000_000, description="Requests with a larger body are answered with 413.")
    largest_batch: Annotated[int, Field(ge=1)] = Field(
        10, description="Operations that one POST may hold, as an array; 1 takes no arrays."
    )
    allowed_origins: tuple[Origin, ...] = Field(
        (),
        description="Origins of other sites whose pages may use the API with cookies, as JSON: "
        '`["https://shop.example"]`. The API\'s own origin always may.',
    )
    trusted_proxies: tuple[Network, ...] = Field(
        (),
        description='Addresses or networks of proxies, as JSON: `["10.0.0.0/8"]`. Only what comes from them is '
        "believed in `X-Forwarded-For` and `X-Forwarded-Proto`.",
    )


class DatabaseSettings(Concern):
    """Connections to Postgres."""

    pool_size: Annotated[int, Field(ge=1)] = Field(8, description="Connections per process.")
    pool_timeout_seconds: float = Field(5.0, description="Longest wait for a free connection.")
    statement_timeout_seconds: float = Field(15.0, description="Statements are cancelled after this time.")


class CatalogSettings(Concern):
    """The store's own facts."""

    currency: str = Field("USD", description="Currency that listings show and filter by, ISO 4217.")
    prices_include_tax: bool = Field(False, description="Whether prices are with tax, as in Europe.")
    cache_seconds: int = Field(300, description="How long product projections stay in the cache, at most.")


class SubscriptionSettings(Concern):
    """Live connections."""

    heartbeat_seconds: Annotated[float, Field(gt=0)] = Field(15.0, description="Time between two heartbeats.")
    most_per_connection: Annotated[int, Field(ge=1)] = Field(
        100, description="Operations that may run on one WebSocket at once."
    )
    waiting_events: Annotated[int, Field(ge=1)] = Field(
        1000, description="Events that may wait for a slow subscriber before it is cut off, to resume later."
    )


class AuthSettings(Concern):
    """Accounts, sessions and tokens."""

    secret: SecretStr = Field(SecretStr(DEVELOPMENT_SECRET), description="Key that signs access tokens.")
    access_minutes: Annotated[int, Field(ge=1, le=60)] = Field(10, description="How long an access token is valid.")
    session_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30, description="A session that is not used for so long is over; each refresh prolongs it."
    )
    password_memory_kib: Annotated[int, Field(ge=8)] = Field(
        65_536, description="Memory that hashing one password takes, KiB (argon2id, three passes)."
    )
    passwords_at_once: Annotated[int, Field(ge=1, le=64)] = Field(
        2, description="Passwords that a process hashes at once, each in a thread with that memory; more wait."
    )
    oidc_issuer: str | None = Field(
        None, description="An outside issuer whose access tokens are taken too, exactly as their `iss` has it."
    )
    oidc_audience: str | None = Field(None, description="What the `aud` of the outside issuer's tokens must hold.")
    oidc_jwks_url: str | None = Field(
        None, description="Where the outside issuer's keys are; found in its OpenID configuration if unset."
    )
    oidc_algorithms: tuple[SigningAlgorithm, ...] = Field(
        ("RS256", "ES256"), description="Algorithms that the outside issuer may sign by, as JSON."
    )
    oidc_role_claim: str | None = Field(
        None,
        description="Claim of the outside issuer's tokens that holds `customer`, `seller` or `operator`, or a list "
        "with them; all are customers if unset.",
    )

    @model_validator(mode="after")
    def _names_an_audience(self) -> Self:
        if self.oidc_issuer is not None and not self.oidc_audience:
            raise ValueError("An outside issuer needs an audience, since its tokens for others must not count here.")
        return self


class MailSettings(Concern):
    """What is sent to people."""

    sender: str = Field("Emporium <shop@localhost>", description="Sender of all mails.")
    link_base: str = Field(
        "http://127.0.0.1:8000", description="Address of the shop's pages, which links in mails begin with."
    )


class Settings(BaseSettings):
    """All settings. `docs/settings.md` is printed from this model by `emporium settings --markdown`."""

    model_config = SettingsConfigDict(
        env_prefix="EMPORIUM_", env_nested_delimiter="__", frozen=True, extra="ignore", populate_by_name=True
    )

    mode: Mode = Field(
        Mode.DEVELOPMENT,
        description="`production` refuses embedded parts, the default secret, GraphiQL and introspection "
        "unless each is asked for by name.",
    )
    allow_embedded: bool = Field(False, description="Let production run embedded parts.")
    data_dir: Path = Field(Path(".emporium"), description="Folder of the embedded parts' data and of media.")
    port: int = Field(
        8000, validation_alias=AliasChoices("PORT", "port"), description="Port that the web server listens on."
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="Postgres 15 or newer, as `postgresql://user:password@host/name`. Embedded if unset.",
    )
    redis_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("REDIS_URL", "redis_url"),
        description="Redis or Valkey, as `redis://host:6379/0`. Embedded if unset.",
    )
    opensearch_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OPENSEARCH_URL", "opensearch_url"),
        description="OpenSearch 2 or 3, as `http://host:9200`. tantivy in process if unset.",
    )
    kafka_bootstrap_servers: str | None = Field(
        None,
        validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS", "kafka_bootstrap_servers"),
        description="Kafka, as `host:9092,host:9092`. Events go through Redis Streams if unset.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SMTP_URL", "smtp_url"),
        description="A mail server: `smtp://host:25`, `smtps://user:password@host:465` or "
        "`smtp+starttls://user:password@host:587`. Mails become files in `mail` of the data folder if unset.",
    )
    stripe_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("STRIPE_API_KEY", "stripe_api_key"),
        description="Secret key of the Stripe account that cards are charged by. `localstripe`, embedded, if unset.",
    )
    stripe_webhook_secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_WEBHOOK_SECRET),
        validation_alias=AliasChoices("STRIPE_WEBHOOK_SECRET", "stripe_webhook_secret"),
        description="What Stripe signs webhooks with that it sends to `/webhooks/stripe`.",
    )
    stripe_api_url: str | None = Field(
        None,
        validation_alias=AliasChoices("STRIPE_API_URL", "stripe_api_url"),
        description="Address of a server that speaks Stripe's protocol; Stripe's own if unset and a key is set.",
    )
    otlp_endpoint: OfOpenTelemetry = Field(
        None,
        validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint"),
        description="Collector of traces, as `http://host:4318` (OTLP over HTTP). Nothing is traced if unset.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines are written.")
    web: WebSettings = WebSettings()
    documents: DocumentSettings = DocumentSettings()
    limits: LimitSettings = LimitSettings()
    database: DatabaseSettings = DatabaseSettings()
    search: SearchSettings = SearchSettings()
    catalog: CatalogSettings = CatalogSettings()
    events: EventSettings = EventSettings()
    jobs: JobSettings = JobSettings()
    inventory: InventorySettings = InventorySettings()
    delivery: DeliverySettings = DeliverySettings()
    subscriptions: SubscriptionSettings = SubscriptionSettings()
    auth: AuthSettings = AuthSettings()
    mail: MailSettings = MailSettings()
    cart: CartSettings = CartSettings()
    payments: PaymentSettings = PaymentSettings()
    orders: OrderSettings = OrderSettings()
    demo: DemoSettings = DemoSettings()
    metrics: MetricsSettings = MetricsSettings()
    tracing: TracingSettings = TracingSettings()
    slow: SlowSettings = SlowSettings()

    @property
    def is_development(self) -> bool:
        return self.mode is Mode.DEVELOPMENT

    @property
    def graphiql(self) -> bool:
        return self.is_development if self.web.graphiql is None else self.web.graphiql

    @property
    def kept_answers(self) -> int:
        """How many answers a process keeps."""
        if self.web.kept_answers is not None:
            return self.web.kept_answers
        return 0 if self.is_development else _KEPT_ANSWERS

    @property
    def drain_seconds(self) -> float:
        """How long a web process serves on when it was told to stop."""
        if self.web.drain_seconds is not None:
            return self.web.drain_seconds
        return 0.0 if self.is_development else _DRAIN_SECONDS

    @property
    def operations_at_once(self) -> int:
        """How many operations one caller may have run at once; 0 is no limit."""
        if self.limits.operations_at_once is not None:
            return self.limits.operations_at_once
        return 0 if self.is_development else _AT_ONCE

    @property
    def has_rates(self) -> bool:
        return not self.is_development if self.limits.rates is None else self.limits.rates

    @property
    def introspection(self) -> bool:
        return self.is_development if self.web.introspection is None else self.web.introspection

    def refusals(self) -> list[str]:
        """Why these settings must not serve production; empty in development and when all is well."""
        return [] if self.is_development else reasons_against(self)
