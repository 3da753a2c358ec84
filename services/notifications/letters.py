"""The words of notifications by mail."""

from models.wishlists import NotificationKind
from ports.mail import Letter
from services.catalog.records import ProductRecord, VariantRecord
from services.notifications.records import NotificationRecord

_TEXT = """{news}

{link}

You asked for this on one of your wishlists. You can turn the alert off there:
{lists}
"""


def write(
    told: NotificationRecord, variant: VariantRecord, product: ProductRecord, *, to: str, link_base: str
) -> Letter:
    """The letter that says the same as the notification."""
    base = link_base.rstrip("/")
    name = product.title + (f" ({', '.join(variant.option_values)})" if variant.option_values else "")
    subject, news = _news(told, product.title, name)
    text = _TEXT.format(news=news, link=f"{base}/products/{product.slug}", lists=f"{base}/wishlists")
    return Letter(key=f"notification:{told.id}", to=to, subject=subject, text=text)


def _news(told: NotificationRecord, title: str, name: str) -> tuple[str, str]:
    if told.kind is NotificationKind.BACK_IN_STOCK:
        return f"Back in stock: {title}", f"{name} can be bought again."
    now, before = told.price, told.price_before
    if now is None or before is None:
        raise AssertionError("A CHECK of the table says that there are prices.")
    news = f"{name} costs {now.formatted()} now, and was {before.formatted()} when you last heard of it."
    return f"Price drop: {title}", news
