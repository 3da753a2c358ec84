"""`emporium search evaluate`: how good search is on a judged collection, on each engine, without any database."""

import asyncio
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bootstrap.search import open_search_index
from core.search_settings import SearchSettings
from core.settings import Settings
from ports.search import SearchIndex
from services.search.evaluation.collection import JudgedQuery, read_products, read_queries
from services.search.evaluation.metrics import Comparison
from services.search.evaluation.run import Learner, Outcome, System, Typos
from services.search.evaluation.run import evaluate as evaluate_queries
from services.search.evaluation.typos import SHORTEST

INDEX_NAME = "emporium-evaluation"
_PATIENCE_SECONDS = 30.0


class Engine(StrEnum):
    TANTIVY = "tantivy"
    OPENSEARCH = "opensearch"
    BOTH = "both"


def evaluate(  # noqa: PLR0917 - typer declares options as parameters
    folder: Annotated[
        Path, typer.Argument(help="Folder with products.jsonl.gz, queries-SPLIT.tsv, judgments-SPLIT.tsv.")
    ],
    engine: Annotated[Engine, typer.Option(help="The engine, or both in turn.")] = Engine.TANTIVY,
    opensearch_url: Annotated[
        str | None, typer.Option(envvar="OPENSEARCH_URL", help="An OpenSearch that may be written to.")
    ] = None,
    typos: Annotated[int, typer.Option(help="Seed of the misspellings, one edit a query.")] = 1,
    shortest: Annotated[int, typer.Option(help="Words below so many letters are not misspelt.", min=1)] = SHORTEST,
    split: Annotated[str, typer.Option(help="Which queries: the SPLIT of the file names.")] = "dev",
    each: Annotated[bool, typer.Option("--each", help="Print the figures of every query too.")] = False,
) -> None:
    """Index the collection for a moment and print what people's judgments say of our answers."""
    engines = [Engine.TANTIVY, Engine.OPENSEARCH] if engine is Engine.BOTH else [engine]
    if Engine.OPENSEARCH in engines and opensearch_url is None:
        raise typer.BadParameter("OpenSearch needs --opensearch-url.")
    queries = read_queries(folder, split=split)
    for one in engines:
        asyncio.run(_evaluate_engine(one, folder, queries, opensearch_url, Typos(typos, shortest), each=each))


async def _evaluate_engine(
    engine: Engine, folder: Path, queries: list[JudgedQuery], url: str | None, typos: Typos, *, each: bool
) -> None:
    console = Console(soft_wrap=True)
    learner = Learner()
    with TemporaryDirectory(prefix="emporium-evaluation-") as place:
        index = _open(engine, url, Path(place))
        try:
            with console.status(f"{engine.value}: indexing {folder}"):
                await index.rebuild(learner.documents(read_products(folder)), generation=Path(place).name)
            vocabulary, ranker = learner.learnt()
            console.print(
                f"{engine.value}: {learner.products:,} products, {len(vocabulary):,} terms, {len(queries)} queries"
            )
            for name, misspelt in (("as typed", None), (f"one typo each, seed {typos.seed}", typos)):
                outcome = await evaluate_queries(index, queries, vocabulary=vocabulary, ranker=ranker, typos=misspelt)
                _print(console, f"{engine.value}, {name}", outcome)
                if each:
                    _print_each(console, outcome, queries)
            # Nothing of the collection stays in an OpenSearch; its folder goes with the block.
            await index.rebuild(Learner().documents(()), generation="empty")
        finally:
            await index.close()


def _open(engine: Engine, url: str | None, place: Path) -> SearchIndex:
    search = SearchSettings(index_name=INDEX_NAME, timeout_seconds=_PATIENCE_SECONDS)
    address = SecretStr(url) if engine is Engine.OPENSEARCH and url is not None else None
    return open_search_index(Settings(data_dir=place, opensearch_url=address, search=search))


def _print(console: Console, title: str, outcome: Outcome) -> None:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("", "nDCG@10", "condensed", "judged", "recall@100", "zero results", "own ms/query"):
        table.add_column(heading, justify="left" if not heading else "right")
    for system in (outcome.plain, outcome.ours):
        table.add_row(system.name, *_figures(system))
    console.print(table)
    console.print(f"  nDCG@10    ours - plain: {_described(outcome.ndcg)}")
    console.print(f"  condensed  ours - plain: {_described(outcome.condensed)}\n")


def _figures(system: System) -> list[str]:
    shares = [f"{system.mean(name):.3f}" for name in ("ndcg", "condensed_ndcg", "judged", "recall", "is_empty")]
    return [*shares, f"{system.own_ms:.2f}" if system.own_ms else ""]


def _described(comparison: Comparison) -> str:
    return (
        f"{comparison.difference:+.3f}, {comparison.wins} better, {comparison.losses} worse, "
        f"p = {comparison.p:.4f} (sign-flip permutation)"
    )


def _print_each(console: Console, outcome: Outcome, queries: list[JudgedQuery]) -> None:
    for query, ours, plain in zip(queries, outcome.ours.scores, outcome.plain.scores, strict=True):
        console.print(
            f"  {query.text:28} nDCG {plain.ndcg:.2f} -> {ours.ndcg:.2f}   "
            f"condensed {plain.condensed_ndcg:.2f} -> {ours.condensed_ndcg:.2f}",
            highlight=False,
        )
