"""`emporium token`: an access token made by hand, for programs; people have accounts (`emporium accounts`)."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from core.clock import utc_now
from core.ids import decode_id_of
from core.settings import Settings
from services.accounts.tokens import Role, issue_token


def token(
    role: Annotated[Role, typer.Option(help="The role that the token is for.")] = Role.OPERATOR,
    subject: Annotated[str, typer.Option(help="Who it is for, shown in logs; for a seller, the id.")] = "cli",
    hours: Annotated[int, typer.Option(min=1, max=720, help="How long it is valid.")] = 12,
) -> None:
    """Print a signed access token, to be sent as `Authorization: Bearer TOKEN`."""
    if role is Role.SELLER:
        subject = str(seller_named(subject))
    secret = Settings().auth.secret.get_secret_value()
    text = issue_token(secret=secret, role=role, subject=subject, lifetime=timedelta(hours=hours), now=utc_now())
    typer.echo(text)


def seller_named(text: str) -> UUID:
    """The seller that `text` names, by the id in the graph or in tables. Raises `BadInput`."""
    try:
        return UUID(text)
    except ValueError:
        return decode_id_of("Seller", text)
