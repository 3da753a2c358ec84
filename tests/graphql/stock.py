"""Mutations of stock as tests send them, with an input that each of them takes."""

from collections.abc import Mapping
from typing import Any

from services.accounts.tokens import Role
from tests.fixtures.shop import Answer, Shop

ERRORS = "userErrors { code path ... on InsufficientStockError { sku wanted available } }"
LEVELS = "levels { variant { sku } warehouse { code } onHand reserved available isLow lowStockUnits }"
RECEIVE = f"""
mutation($input: ReceiveStockInput!) {{ receiveStock(input: $input) {{
  isReplay
  receipt {{ id source reference warehouse {{ code }} lines {{ edges {{ node {{ variant {{ sku }} quantity }} }} }} }}
  {ERRORS} }} }}
"""
IMPORT = f"""
mutation($input: ImportReceiptsInput!) {{ importReceipts(input: $input) {{
  report {{ accepted replayed refused
    receipts {{ line status reference receipt {{ reference }} problems {{ code path }} }} }}
  {ERRORS} }} }}
"""
IMPORT = f"""
mutation($input: ImportReceiptsInput!) {{ importReceipts(input: $input) {{
  report {{ accepted replayed refused
    receipts {{ line status reference receipt {{ reference }} problems {{ code path }} }} }}
  {ERRORS} }} }}
"""
ADJUST = (
    f"mutation($input: AdjustStockInput!) {{ adjustStock(input: $input) {{ movement {{ id {LEVELS} }} {ERRORS} }} }}"
)
TRANSFER = f"""
mutation($input: TransferStockInput!) {{ transferStock(input: $input) {{ movement {{ id {LEVELS} }} {ERRORS} }} }}
"""
THRESHOLD = f"""
mutation($input: SetLowStockThresholdInput!) {{ setLowStockThreshold(input: $input) {{
  level {{ lowStockUnits isLow }} {ERRORS} }} }}
"""
WAREHOUSE = f"""
mutation($input: SaveWarehouseInput!) {{ saveWarehouse(input: $input) {{
  warehouse {{ id code name isActive seller {{ slug }} }} {ERRORS} }} }}
"""
RECEIPT = {
    "warehouse": "EAST",
    "source": "acme",
    "reference": "R-1",
    "lines": [{"sku": "T-001S", "quantity": 7}, {"sku": "T-002S", "quantity": 2}],
    "idempotencyKey": "first",
}
ADJUSTMENT = {
    "warehouse": "EAST",
    "reason": "COUNTED",
    "lines": [{"sku": "T-001S", "count": 40}, {"sku": "T-002S", "change": -1}],
    "idempotencyKey": "first",
}
MOVE = {"from": "EAST", "to": "WEST", "lines": [{"sku": "T-001S", "quantity": 2}], "idempotencyKey": "first"}
SOUTH = {
    "code": "SOUTH",
    "name": "Austin",
    "country": "US",
    "postalCode": "73301",
    "latitude": 30.27,
    "longitude": -97.74,
}


async def run(shop: Shop, document: str, given: Mapping[str, Any], **caller: Any) -> Any:  # any JSON
    """The mutation's payload, for an operator unless the caller is somebody else."""
    answer: Answer = await shop.run(document, {"input": given}, **{"role": Role.OPERATOR} | caller)
    assert answer.errors == []
    (payload,) = answer.data.values()
    return payload
