"""Fragments of a document by their names, for whoever walks through what spreads them."""

from collections.abc import Mapping

from graphql import DocumentNode, FragmentDefinitionNode


def fragments_of(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    """All that it defines."""
    return {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
