"""`emporium inventory` as a process: files are counted once, also when the command is killed and run again."""

import asyncio
import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import orjson
import pytest
import sqlalchemy as sa

from services.unit_of_work import Database
from tests.factories.stock import Stocked, broken_rules, save_stock, units_of

PROJECT = Path(__file__).parents[2]
HEADER = "source,reference,warehouse,sku,quantity\n"
MANY = 3_000


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """S-0 has 5 units in EAST, S-1 none."""
    return await save_stock(database, {"EAST": 5}, {})


@pytest.fixture
def environment(database_url: str, redis_url: str, tmp_path: Path) -> Mapping[str, str]:
    places = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "EMPORIUM_DATA_DIR": str(tmp_path)}
    return dict(os.environ) | places | {"PYTHONPATH": str(PROJECT)}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "cli.main", "inventory", *map(str, arguments)]


async def run(environment: Mapping[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run, command(*arguments), env=environment, capture_output=True, text=True, timeout=60
    )


async def count(database: Database, table: str) -> int:
    async with database.read() as session:
        return int((await session.execute(sa.text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_a_file_of_receipts_is_counted_once_though_the_command_is_killed(
    database: Database, stocked: Stocked, environment: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "receipts.csv"
    file.write_text(HEADER + "".join(f"acme,R-{n},EAST,S-0,1\nacme,R-{n},EAST,S-1,2\n" for n in range(MANY)))
    begun = await asyncio.create_subprocess_exec(
        *command("receive", file), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    async with asyncio.timeout(60):
        while await count(database, "supplier_receipt") == 0:  # noqa: ASYNC110 - it is another process that works
            await asyncio.sleep(0.005)
    begun.kill()
    await begun.wait()
    left = await count(database, "supplier_receipt")

    finished = await run(environment, "receive", file)
    again = await run(environment, "receive", file)

    assert 0 < left < MANY
    assert finished.returncode == again.returncode == 0, finished.stderr
    assert again.stdout.strip() == f"0 accepted, {MANY:,} replayed, 0 refused"
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 5 + MANY
    assert (await units_of(database, stocked.variants[1]))["EAST"].on_hand == 2 * MANY
    assert await broken_rules(database) == []


async def test_refused_receipts_are_told_by_line_and_the_rest_counts(
    database: Database, stocked: Stocked, environment: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "receipts.jsonl"
    good = '{"source": "acme", "reference": "R-1", "warehouseCode": "EAST", "lines": [{"sku": "S-0", "quantity": 2}]}'
    file.write_text(f"{good}\n{good.replace('S-0', 'NO').replace('R-1', 'R-2')}\n{{\n")

    done = await run(environment, "receive", file, "--json")

    told = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [(one["line"], one["status"]) for one in told] == [(1, "accepted"), (2, "refused"), (3, "refused")]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 7


@pytest.mark.parametrize("opened", [open, gzip.open])
async def test_no_part_of_a_receipt_counts_whose_rows_stand_far_apart(
    database: Database,
    stocked: Stocked,
    environment: Mapping[str, str],
    tmp_path: Path,
    opened: Callable[[Path, str], IO[str]],
) -> None:
    file = tmp_path / "receipts.csv"
    between = "".join(f"acme,R-{n},EAST,S-1,1\n" for n in range(300))
    with opened(file, "wt") as stream:
        stream.write(f'{HEADER}acme,13,EAST,S-0,1\n{between}acme,13,EAST,S-0,2\n"never closed\n')

    done = await run(environment, "receive", file)

    assert done.returncode == 1
    assert done.stdout.strip() == "300 accepted, 0 replayed, 2 refused"
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == ["line 2", "line 303"]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 5
    assert (await units_of(database, stocked.variants[1]))["EAST"].on_hand == 300


async def test_refusals_of_a_movement_name_their_rows(
    database: Database, stocked: Stocked, environment: Mapping[str, str], tmp_path: Path
) -> None:
    moved, found = tmp_path / "moved.csv", tmp_path / "found.csv"
    moved.write_text("sku,quantity\nS-0,1\n\nNO,1\nS-0,0\n")
    found.write_text("sku,count\n" + "".join(f"NO-{n},1\n" for n in range(25)))

    transfer = await run(environment, "transfer", moved, "--from", "EAST", "--to", "WEST")
    adjust = await run(environment, "adjust", found, "--warehouse", "EAST", "--reason", "counted")

    assert transfer.returncode == adjust.returncode == 1
    assert [line.partition(":")[0] for line in transfer.stderr.splitlines()] == ["line 5", "line 5"]
    told = adjust.stderr.splitlines()
    assert [line.partition(":")[0] for line in told[:20]] == [f"line {number}" for number in range(2, 22)]
    assert told[20:] == ["and 5 more."]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 5


async def test_what_is_not_there_is_said(stocked: Stocked, environment: Mapping[str, str], tmp_path: Path) -> None:
    unknown = await run(environment, "levels", "--sku", "NOPE")
    empty = await run(environment, "levels", "--sku", "S-1")
    missing = await run(environment, "receive", tmp_path / "missing.csv")

    assert (unknown.returncode, unknown.stderr.strip()) == (1, "emporium: There is no SKU 'NOPE'.")
    assert (empty.returncode, empty.stdout.strip()) == (0, "No levels.")
    assert missing.returncode == 1
    assert missing.stderr.count("missing.csv") == 1


async def test_files_of_adjustments_and_transfers_are_done_once(
    database: Database, stocked: Stocked, environment: Mapping[str, str], tmp_path: Path
) -> None:
    found, moved = tmp_path / "found.csv", tmp_path / "moved.csv"
    found.write_text("sku,change,count\nS-0,+3,\nS-1,,9\n")
    moved.write_text("sku,quantity\nS-0,2\n")
    adjust = ("adjust", found, "--warehouse", "EAST", "--reason", "counted")
    transfer = ("transfer", moved, "--from", "EAST", "--to", "WEST")

    answers = [await run(environment, *arguments) for arguments in (adjust, adjust, transfer, transfer)]
    levels = await run(environment, "levels", "--json", "--sku", "S-0")

    assert [answer.returncode for answer in answers] == [0] * 4, [answer.stderr for answer in answers]
    assert ["done before" in answer.stdout for answer in answers] == [False, True, False, True]
    rows = [orjson.loads(line) for line in levels.stdout.splitlines()]
    assert sorted((row["warehouse"], row["on_hand"]) for row in rows) == [("EAST", 6), ("WEST", 2)]
    assert await broken_rules(database) == []


async def test_what_does_not_add_up_is_an_exit_code(
    database: Database, stocked: Stocked, environment: Mapping[str, str]
) -> None:
    right = await run(environment, "reconcile")
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE inventory_level SET on_hand = on_hand + 1"))

    wrong = await run(environment, "reconcile", "--json")

    assert (right.returncode, right.stdout.strip()) == (0, "1 levels, 0 of them wrong.")
    assert wrong.returncode == 1
    assert [one["on_hand"] for one in orjson.loads(wrong.stdout)["discrepancies"]] == [{"is": 6, "ledger": 5}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nothing\n", "lacks the column"),
        ("sku,quantity\nS-0,x\n", "not a whole number"),
        ("sku,quantity\nS-0,99\n", "99"),
        ("sku,quantity\nS-0,1,000\n", "more cells"),
        ("sku,quantity,SKU\nS-0,1,S-1\n", "more than once"),
    ],
)
async def test_what_cannot_be_done_is_told_in_one_line(
    stocked: Stocked, environment: Mapping[str, str], tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "moved.csv"
    file.write_text(text)

    answer = await run(environment, "transfer", file, "--from", "EAST", "--to", "WEST")

    assert answer.returncode == 1
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
