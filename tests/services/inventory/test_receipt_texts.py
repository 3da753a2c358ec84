"""Receipts in texts: every line is told apart, and what cannot be read is refused with its line and reason."""

from io import StringIO

import pytest

from core.problems import Rejected
from services.inventory.movements import ReceiptDraft, Units
from services.inventory.receipt_texts import ReceiptFormat, WrittenReceipt, read_receipt, read_receipts

HEADER = "source,reference,warehouse,sku,quantity\n"


def table(*rows: str, header: str = HEADER) -> list[WrittenReceipt]:
    text = header + "".join(f"{row}\n" for row in rows)
    return list(read_receipts(StringIO(text, newline=""), ReceiptFormat.CSV))


def test_rows_of_a_receipt_follow_each_other() -> None:
    found = table("acme,R-1,EAST,A,1", 'acme,R-1,EAST,"B,1",2', "", "acme,R-2,WEST,A,3")

    assert found == [
        WrittenReceipt(2, ReceiptDraft("acme", "R-1", "EAST", [Units("A", 1), Units("B,1", 2)])),
        WrittenReceipt(5, ReceiptDraft("acme", "R-2", "WEST", [Units("A", 3)])),
    ]


def test_columns_stand_in_any_order_beside_others() -> None:
    found = table("x,4,A,EAST,R-1,acme", header="\ufeffcolour,Quantity,SKU,warehouse,reference,source\n")

    assert found == [WrittenReceipt(2, ReceiptDraft("acme", "R-1", "EAST", [Units("A", 4)]))]


@pytest.mark.parametrize("header", ["", "source,reference\n", '{"source": "acme"}\n', '"'])
def test_a_table_without_its_columns_is_refused(header: str) -> None:
    with pytest.raises(Rejected) as caught:
        table("acme,R-1,EAST,A,1", header=header)

    assert [problem.code for problem in caught.value.problems] == ["BAD_HEADER"]


def test_a_header_without_a_column_names_it_once() -> None:
    with pytest.raises(Rejected) as caught:
        table(header="source,reference,sku,quantity\n")

    assert str(caught.value) == "The first line must name the columns of the table; it lacks warehouse."


def test_a_header_that_names_a_column_twice_is_refused() -> None:
    with pytest.raises(Rejected) as caught:
        table("acme,R-1,EAST,A,1,2", header="source,reference,warehouse,sku,quantity, Quantity\n")

    assert [(one.code, "quantity" in one.message) for one in caught.value.problems] == [("BAD_HEADER", True)]


def test_columns_without_a_heading_may_be_several() -> None:
    (found,) = table("acme,R-1,EAST,A,1,,", header="source,reference,warehouse,sku,quantity,,\n")

    assert found.draft == ReceiptDraft("acme", "R-1", "EAST", [Units("A", 1)])


def test_a_receipt_whose_rows_stand_apart_is_refused_in_all_its_parts() -> None:
    found = table("acme,13,EAST,A,1", "acme,13,EAST,B,1", "acme,14,EAST,A,1", "other,13,EAST,A,1", "acme,13,EAST,C,1")

    assert [(one.line, one.draft is None) for one in found] == [(2, True), (4, False), (5, False), (6, True)]
    refused = [one for one in found if one.draft is None]
    assert [one.name for one in refused] == [("acme", "13")] * 2
    assert [(problem.code, problem.message[:7]) for one in refused for problem in one.problems] == [
        ("BAD_RECEIPT", "Line 2:"),
        ("BAD_RECEIPT", "Line 6:"),
    ]


def test_a_receipt_that_cannot_be_read_is_told_by_its_name() -> None:
    (row,) = table("acme,R-1,EAST,A,x")
    (broken,) = table("acme,R-1,EAST,A,1", 'acme,R-1,EAST,"A')
    (line,) = read_receipts(StringIO('{"source": "acme", "reference": "R-1", "lines": 1}'), ReceiptFormat.JSONL)

    assert [one.draft for one in (row, broken, line)] == [None] * 3
    assert [one.name for one in (row, broken, line)] == [("acme", "R-1")] * 3


@pytest.mark.parametrize("quantity", ["", "x", "1.5", "1e3", "٣", "9" * 30, "--1"])
def test_a_quantity_that_is_no_number_refuses_its_receipt_alone(quantity: str) -> None:
    found = table("acme,R-1,EAST,A,1", f"acme,R-1,EAST,B,{quantity}", "acme,R-2,EAST,A,1")

    assert [(one.line, one.draft is None) for one in found] == [(2, True), (4, False)]
    assert [(problem.code, problem.path) for problem in found[0].problems] == [
        ("BAD_RECEIPT", ("lines", "1", "quantity"))
    ]


def test_a_thousand_with_a_comma_is_not_taken_for_one() -> None:
    (found,) = table("acme,R-1,EAST,A,1,000")

    assert found.draft is None
    assert [problem.code for problem in found.problems] == ["BAD_RECEIPT"]


def test_empty_cells_at_the_end_of_a_row_are_passed_over() -> None:
    (found,) = table("acme,R-1,EAST,A,1,,")

    assert found.draft == ReceiptDraft("acme", "R-1", "EAST", [Units("A", 1)])


def test_a_receipt_for_two_warehouses_is_refused() -> None:
    (found,) = table("acme,R-1,EAST,A,1", "acme,R-1,WEST,A,1")

    assert [problem.path for problem in found.problems] == [("warehouse",)]


def test_a_quotation_mark_that_is_never_closed_refuses_what_it_may_swallow() -> None:
    found = table("acme,R-1,EAST,A,1", 'acme,R-2,EAST,"A,1', "acme,R-3,EAST,A,1")

    assert [one.draft is None for one in found] == [True]


def test_each_line_of_json_is_read_by_itself() -> None:
    lines = [
        '{"source": "acme", "reference": "R-1", "warehouseCode": "EAST", "lines": [{"sku": "A", "quantity": 1}]}',
        "",
        "{",
        "[]",
        '{"source": 1, "lines": [{"sku": "A", "quantity": true}, 3]}',
    ]

    found = list(read_receipts(StringIO("\n".join(lines)), ReceiptFormat.JSONL))

    assert [(one.line, one.draft is None) for one in found] == [(1, False), (3, True), (4, True), (5, True)]
    paths = [".".join(problem.path) for problem in found[3].problems]
    assert paths == ["source", "reference", "warehouseCode", "lines.0.quantity", "lines.1"]


@pytest.mark.parametrize("given", [None, [], "x", {}, {"lines": {}}, {"lines": [{"sku": "A", "quantity": 1.0}]}])
def test_an_event_without_a_receipt_is_refused(given: object) -> None:
    with pytest.raises(Rejected) as caught:
        read_receipt(given)

    assert {problem.code for problem in caught.value.problems} == {"BAD_RECEIPT"}
