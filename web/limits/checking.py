"""From the text of a document to its tree, as long as it keeps to the limits."""

from graphql import DocumentNode, GraphQLError, OverlappingFieldsCanBeMergedRule, ValidationContext, parse
from graphql.validation import ASTValidationRule

from core.limit_settings import LimitSettings
from web.limits.refusing import Excessive
from web.limits.shape import check_shape

# Comparisons of fields with the same name, in units of graphql-core: pages of the shop take next to none.
_COMPARISONS = 5_000
# graphql-core has no classes for these.
_ABORTED = "Validation aborted."
_TOKENS = "tokens. Parsing aborted."


class FewOverlaps(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule, which ends after fewer comparisons: as many as it allows take seconds."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = _COMPARISONS


def bounded(rules: tuple[type[ASTValidationRule], ...]) -> list[type[ASTValidationRule]]:
    """The rules, each in a form that comes to an end."""
    return [FewOverlaps if rule is OverlappingFieldsCanBeMergedRule else rule for rule in rules]


def parse_bounded(text: str, limits: LimitSettings) -> DocumentNode:
    """The document. Raises `Excessive`, `GraphQLError` and `RecursionError`."""
    most = limits.document_characters
    if len(text) > most:
        message = f"A document has at most {most} characters; this one has {len(text)}."
        raise Excessive("DOCUMENT_TOO_LONG", message, limit=most, asked=len(text))
    try:
        document = parse(text, max_tokens=limits.tokens)
    except GraphQLError as error:
        if error.message.endswith(_TOKENS):
            message = f"A document has at most {limits.tokens} words and signs."
            raise Excessive("TOO_MANY_TOKENS", message, limit=limits.tokens) from None
        raise
    check_shape(document, limits)
    return document


def as_excessive(error: GraphQLError) -> GraphQLError:
    """The error of a validation that ended early, as clients get it; all others as they are."""
    if error.message != _ABORTED:
        return error
    message = "Too many fields have the same name, here or in fragments, to be compared with each other."
    return Excessive("TOO_COMPLEX", message, limit=_COMPARISONS).as_error()
