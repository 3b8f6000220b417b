"""Compares the tables of a PyAirbyte cache with the server's rows, value by value, by the declared types."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from airbyte.caches import PostgresCache
from sqlalchemy import text

from support import server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airbyte import Source
    from airbyte.caches import CacheBase

    from support.company import Company

Schema = dict[str, Any]
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
"""Column types of DuckDB and PostgreSQL. PyAirbyte never creates columns with a time zone."""


def differences(source: Source, cache: CacheBase, company: Company) -> list[str]:
    """What differs between the tables and the server. Rows that are marked as deleted do not count."""
    found: list[str] = []
    for stream in source.get_selected_streams():
        schema, wanted = source.get_stream_json_schema(stream), server.STREAMS[stream]
        living = (row for row in rows_of(cache, stream) if row.get("_ab_cdc_deleted_at") is None)
        held = _by_key(living, wanted.within)
        rows = (_expected(row, schema, newer=wanted.newer) for row in server.rows_of(stream, company))
        sent = _by_key(rows, wanted.within)
        found += [f"{stream} {key} is missing" for key in sent.keys() - held.keys()]
        found += [f"{stream} {key} is not on the server" for key in held.keys() - sent.keys()]
        found += [
            f"{stream} {key}: {name} is {held[key][name.lower()]!r}, not {value!r}"
            for key in sent.keys() & held.keys()
            for name, value in sent[key].items()
            if not _agree(cache, name, held[key][name.lower()], value)
        ]
    return found


def query(cache: CacheBase, sql: str) -> list[Row]:
    with cache.get_sql_engine().connect() as connection:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]


def columns_of(cache: CacheBase, table: str) -> dict[str, str]:
    """Name → kind of each column, except those that PyAirbyte adds."""
    found = query(
        cache,
        "SELECT column_name AS name, data_type AS type FROM information_schema.columns "
        f"WHERE table_schema = '{cache.schema_name}' AND table_name = '{table}'",
    )
    return {row["name"]: KINDS[row["type"].upper()] for row in found if not row["name"].startswith("_airbyte_")}


def rows_of(cache: CacheBase, table: str) -> list[Row]:
    columns = columns_of(cache, table)
    return [
        {name: _plain(row[name], kind) for name, kind in columns.items()}
        for row in query(cache, f'SELECT * FROM {cache.schema_name}."{table}"')
    ]


def kind_of(schema: Schema) -> str:
    """The kind of column for a declared field."""
    declared = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    [json_type] = [name for name in declared if name != "null"]
    if json_type == "string":
        return {"date": "date", "date-time": "moment"}.get(schema.get("format", ""), "text")
    return "json" if json_type in ("array", "object") else json_type


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=timezone.utc)
    if kind == "json" and isinstance(value, str):
        return json.loads(value)
    assert value is None or type(value) in (str, int, bool, Decimal, date, list, dict)
    return value


def _expected(row: Row, schema: Schema, *, newer: bool) -> Row:
    """The row that a table should contain. In newer lists, fields without a column are in `additional_fields`."""
    fields = schema["properties"]
    others = row.keys() - fields.keys()
    assert newer or not others, f"{schema['title']} does not declare {sorted(others)}"
    additional = {name: row[name] for name in others if row[name] is not None}
    columns = {name: _value(row.get(name), field) for name, field in fields.items()}
    return {**columns, "additional_fields": additional or None}


def _value(sent: Any, schema: Schema) -> Any:
    if sent is None:
        return None
    match kind_of(schema):
        case "text":
            return str(sent)
        case "integer":
            return int(sent)
        case "number":
            return Decimal(str(sent))
        case "date":
            return date.fromisoformat(sent)
        case "moment":
            return _moment(sent)
        case "json" if isinstance(sent, str):
            return json.loads(sent)
        case _:
            return _inner(sent, schema)


def _inner(sent: Any, schema: Schema) -> Any:
    """The value of a field inside a JSON column, where times and dates remain text."""
    if isinstance(sent, list):
        return [_inner(item, schema.get("items", {})) for item in sent]
    if isinstance(sent, dict):
        fields = schema.get("properties", {})
        return {name: _inner(value, fields.get(name, {})) for name, value in sent.items()}
    if isinstance(sent, str) and "type" in schema and kind_of(schema) in ("integer", "number"):
        return float(sent)
    if isinstance(sent, str) and "type" in schema and kind_of(schema) == "moment":
        return _moment(sent).strftime("%Y-%m-%dT%H:%M:%SZ")
    return sent


def _moment(sent: str) -> datetime:
    """Float's times have several formats. Without a time zone, they are in UTC."""
    read = datetime.fromisoformat(sent.replace("Z", "+00:00"))
    return read if read.tzinfo is not None else read.replace(tzinfo=timezone.utc)


def _agree(cache: CacheBase, name: str, held: Any, sent: Any) -> bool:
    """Whether a value in a table is the value that the server sent."""
    if isinstance(cache, PostgresCache) and isinstance(held, str) and isinstance(sent, str) and held != sent:
        # PyAirbyte writes to PostgreSQL with pandas, which converts text of digits to a number, and `…_time` to a time
        # of today.
        if re.fullmatch(r"\d+\.\d+", sent):
            return Decimal(held) == Decimal(sent)
        if name.endswith("_time"):
            return held.endswith(f" {sent}:00")
    return bool(held == sent)


def _by_key(rows: Iterable[Row], within: str | None) -> dict[tuple[Any, ...], Row]:
    rows = list(rows)
    keyed = {(row["id"], row[within] if within is not None else None): row for row in rows}
    assert len(keyed) == len(rows), "A row is there twice."
    return keyed
