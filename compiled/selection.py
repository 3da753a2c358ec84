"""The fields of one object type in one selection, compiled when an object of it first comes."""

from collections.abc import Callable

from graphql import GraphQLError

from compiled.fields import Field


class Selection:
    """Fields in the order of the answer. `make` compiles them, once."""

    __slots__ = ("_fields", "_make")

    def __init__(self, make: Callable[[], list[Field]]) -> None:
        self._make = make
        self._fields: list[Field] | None = None

    def compiled(self) -> list[Field]:
        fields = self._fields
        if fields is None:
            fields = self._fields = self._make()
        return fields

    def is_flat(self) -> bool:
        """Whether all fields are leaves that are read from the object. One that cannot be compiled tells so when an
        object comes."""
        try:
            return all(field.read is not None for field in self.compiled())
        except (GraphQLError, RecursionError):
            return False
