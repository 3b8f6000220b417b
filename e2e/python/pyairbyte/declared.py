"""What the catalog declares, by Airbyte's documented types, and what a row of the server is by that."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

Schema = dict[str, Any]
Row = dict[str, Any]


def kind_of(schema: Schema) -> str:
    """The kind of column that a field asks for."""
    json_type = _type_of(schema)
    if json_type == "string":
        if schema.get("airbyte_type") == "timestamp_with_timezone":
            return "moment"
        return {"date": "date", "date-time": "moment"}.get(schema.get("format", ""), "text")
    return "json" if json_type in ("array", "object") else json_type


def expected(row: Row, schema: Schema, *, newer: bool) -> Row:
    """The row as a table should hold it. Fields that are not declared, in newer lists, are in `additional_fields`."""
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
    """The value of a field within a field: JSON, where times and dates stay text."""
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
    """A time of the API: in one of several forms, in UTC where it does not say."""
    read = datetime.fromisoformat(sent.replace("Z", "+00:00"))
    return read if read.tzinfo is not None else read.replace(tzinfo=timezone.utc)


def _type_of(schema: Schema) -> str:
    declared = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    [json_type] = [name for name in declared if name != "null"]
    return json_type
