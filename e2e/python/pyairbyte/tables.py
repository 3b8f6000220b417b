"""What a cache holds, in plain values."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airbyte.caches import CacheBase

Row = dict[str, Any]

KINDS: Mapping[str, str] = {
    "VARCHAR": "text",
    "CHARACTER VARYING": "text",
    "BIGINT": "integer",
    "DECIMAL(38,9)": "number",
    "NUMERIC": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "moment",
    "TIMESTAMP WITHOUT TIME ZONE": "moment",
    "JSON": "json",
}
"""Of a column, by its type in DuckDB or PostgreSQL. PyAirbyte makes times without a zone, whatever the catalog says."""


def query(cache: CacheBase, sql: str) -> list[Row]:
    """The rows of a result."""
    with cache.get_sql_engine().connect() as connection:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]


def columns_of(cache: CacheBase, table: str) -> dict[str, str]:
    """The kinds of the columns that hold fields of the source, without those that PyAirbyte adds."""
    found = query(
        cache,
        "SELECT column_name AS name, data_type AS type FROM information_schema.columns "
        f"WHERE table_schema = '{cache.schema_name}' AND table_name = '{table}'",
    )
    return {row["name"]: KINDS[row["type"].upper()] for row in found if not row["name"].startswith("_airbyte_")}


def rows_of(cache: CacheBase, table: str) -> list[Row]:
    """The rows of a table."""
    columns = columns_of(cache, table)
    return [
        {name: _plain(row[name], kind) for name, kind in columns.items()}
        for row in query(cache, f'SELECT * FROM {cache.schema_name}."{table}"')
    ]


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=timezone.utc)
    if kind == "json" and isinstance(value, str):
        return json.loads(value)
    assert value is None or type(value) in (str, int, bool, Decimal, date, list, dict)
    return value
