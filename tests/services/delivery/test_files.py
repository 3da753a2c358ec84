"""Files of postal codes and rates: real ones, and hostile ones."""

import gzip
import os
from pathlib import Path

import pytest

from services.delivery.codes import CodeRow
from services.delivery.files import BadRow, RateRow, UnreadableFile, read_codes, read_rates
from services.delivery.rules import RateDraft
from tests.architecture.source import ROOT

POSTCODES = Path(os.environ.get("EMPORIUM_SHARED_DIR", ROOT / "../shared")) / "data/postcodes"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def codes(path: Path, *, country: str = "US", group: int | None = None) -> list[CodeRow | BadRow]:
    return [row for _, row in read_codes(path, country=country, group=group)]


@pytest.mark.parametrize(
    ("name", "country", "good", "zones"), [("us-zips", "US", 41_500, 850), ("india-pincodes", "IN", 19_500, 400)]
)
def test_public_lists_are_read(name: str, country: str, good: int, zones: int) -> None:
    path = POSTCODES / f"{name}.tsv.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")

    rows = [row for row in codes(path, country=country, group=3) if isinstance(row, CodeRow)]

    assert len(rows) >= good
    assert len({row.zone for row in rows}) >= zones
    assert all(len(row.zone) == 3 for row in rows)


def test_a_plain_file_may_name_its_zones(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeffCode,LAT,lon,zone,place\n"00501",40.8,-73.0,east,Holtsville\n501,,,,\n')

    assert codes(path, group=2) == [
        CodeRow("00501", "east", 40.8, -73.0, "Holtsville"),
        CodeRow("501", "50"),
    ]


def test_zipped_or_not_is_told_by_the_content(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"zip\tlat\tlon\n00501\t40.8\t-73\n"))

    assert codes(path) == [CodeRow("00501", "00501", 40.8, -73.0)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("?,1,2,a", "not a postal code"),
        (",1,2,a", "not a postal code"),
        ("1,x,2,a", "must be numbers"),
        ("1,nan,2,a", "from -90 to 90"),
        ("1,inf,2,a", "from -90 to 90"),
        ("1,91,2,a", "from -90 to 90"),
        ("1,1,,a", "given together"),
        ("1,1,2,a b/c", "the zone 'a b/c'"),
        ("0,1,2,b", "stands in row 2 already"),
    ],
)
def test_a_bad_row_is_told_with_its_number_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    path = written(tmp_path, f"code,lat,lon,zone\n0,1,2,a\n{row}\n2,1,2,a\n")

    good, bad, other = codes(path)

    assert isinstance(bad, BadRow)
    assert bad.row == 3
    assert reason in bad.reason
    assert (good, other) == (CodeRow("0", "a", 1.0, 2.0), CodeRow("2", "a", 1.0, 2.0))


def test_rows_of_other_countries_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "code,country\n1,US\n2,CA\n3,us\n4,\n")

    assert [type(row) for row in codes(path)] == [CodeRow, BadRow, CodeRow, CodeRow]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,lat\nx,1\n",
        b"\xff\xfe\x00c",
        b"code\n\xff\n",
        gzip.compress(b"code\n1\n", mtime=0)[:-6],
        b"\x1f\x8bno",
    ],
)
def test_what_is_no_list_of_codes_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)

    if content == b"":
        assert codes(path) == []
        return
    with pytest.raises(UnreadableFile, match=r"has no column|cannot be read"):
        codes(path)


def test_rates_are_read_and_bad_ones_told(tmp_path: Path) -> None:
    head = "carrier,method,up_to_km,price_minor,min_days,max_days"
    path = written(tmp_path, f"{head}\npost,slow,10,100,1,2\npost,slow,10,-1,1,2\npost,,10,1,1,2\npost,slow,a,1,1,2\n")
    with path.open("a") as more:
        more.write("post,slow,20,1,000,1,2\n")

    good, *bad = (row for _, row in read_rates(path))

    assert good == RateRow("post", "slow", RateDraft(10, 100, 1, 2))
    assert [row.row for row in bad if isinstance(row, BadRow)] == [3, 4, 5, 6]
