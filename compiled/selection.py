"""The fields of one object type in one selection, compiled when an object of it first comes."""

from collections.abc import Callable

from graphql import GraphQLError

from compiled.fields import Field
from compiled.generated import Convert
from compiled.plain import selection_converter


class Selection:
    """Fields in the order of the answer. `make` compiles them, once."""

    __slots__ = ("_converter", "_fields", "_has_converter", "_make")

    def __init__(self, make: Callable[[], list[Field]]) -> None:
        self._make = make
        self._fields: list[Field] | None = None
        self._converter: Convert | None = None
        self._has_converter = False

    def compiled(self) -> list[Field]:
        fields = self._fields
        if fields is None:
            fields = self._fields = self._make()
        return fields

    def converter(self) -> Convert | None:
        """What converts objects that are plain, if any can be."""
        if not self._has_converter:
            self._converter = selection_converter(self.compiled())
            self._has_converter = True
        return self._converter

    def is_flat(self) -> bool:
        """Whether all fields are leaves that are read from the object. One that cannot be compiled tells so when an
        object comes."""
        try:
            return all(field.read is not None for field in self.compiled())
        except (GraphQLError, RecursionError):
            return False
