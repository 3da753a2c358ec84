"""`emporium token` names sellers as the graph does."""

from uuid import UUID

import pytest

from cli.token import token
from core.ids import encode_global_id
from core.problems import BadInput
from core.settings import Settings
from services.accounts.tokens import Role, read_token

SELLER = UUID(int=7)


@pytest.mark.parametrize("subject", [str(SELLER), encode_global_id("Seller", SELLER)])
def test_a_seller_is_named_by_either_id(subject: str, capsys: pytest.CaptureFixture[str]) -> None:
    token(role=Role.SELLER, subject=subject)

    printed = capsys.readouterr().out.strip()
    principal = read_token(printed, secret=Settings().auth.secret.get_secret_value())
    assert principal.seller_id == SELLER


@pytest.mark.parametrize("subject", ["cli", encode_global_id("Variant", UUID(int=1))])
def test_a_token_for_no_seller_is_not_made(subject: str) -> None:
    with pytest.raises(BadInput):
        token(role=Role.SELLER, subject=subject)
