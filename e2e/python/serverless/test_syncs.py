"""airbyte-serverless appends to raw tables. Each test continues where the previous one ended."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from airbyte_serverless.destinations import BaseDestination
from airbyte_serverless.sources import ExecutableAirbyteSource

from support.connector import ROOT
from support.server import LISTS, rows_of

if TYPE_CHECKING:
    from support.company import Company

MAX_REPEATED = 2
"""Unchanged rows that a sync emits again, because they are as new as the cursor."""


class Memory(BaseDestination):
    """Replaces BigQuery, the only destination of the package that keeps states."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def _write(self, record_type: str, records: list[dict[str, Any]]) -> None:
        self.tables.setdefault(record_type, []).extend(json.loads(record["_airbyte_data"]) for record in records)

    def get_state(self) -> list[dict[str, Any]]:
        """The newest state of each stream, as the package queries BigQuery for them."""
        states = self.tables.get("_airbyte_states", [])
        return list({state["stream"]["stream_descriptor"]["name"]: state for state in states}.values())

    def rows(self, stream: str) -> list[dict[str, Any]]:
        return self.tables.get(f"_airbyte_raw_{stream}", [])


@pytest.fixture(scope="module")
def source(company: Company) -> ExecutableAirbyteSource:
    return ExecutableAirbyteSource(f"node {ROOT / 'dist/src/main.js'}", company.config, list(LISTS))


@pytest.fixture(scope="module")
def memory() -> Memory:
    return Memory()


def test_the_drafted_config_names_every_field(source: ExecutableAirbyteSource) -> None:
    draft = source.yaml_definition_example
    for name in json.loads((ROOT / "spec.json").read_text())["connectionSpecification"]["properties"]:
        assert f"{name}:" in draft


def test_the_first_sync_loads_every_row(source: ExecutableAirbyteSource, memory: Memory, company: Company) -> None:
    assert source.connection_status == {"status": "SUCCEEDED"}
    memory.load(source.extract(memory.get_state()))
    assert {stream: len(memory.rows(stream)) for stream in LISTS} == {
        stream: len(rows_of(stream, company)) for stream in LISTS
    }


def test_the_next_sync_loads_only_changes_and_deletions(
    source: ExecutableAirbyteSource, memory: Memory, company: Company
) -> None:
    changed, deleted = (row["task_id"] for row in rows_of("tasks", company)[:2])
    company.update("tasks", changed, notes="changed")
    company.remove("tasks", deleted)
    before = len(memory.rows("tasks"))
    memory.load(source.extract(memory.get_state()))
    appended = memory.rows("tasks")[before:]
    assert [row["notes"] for row in appended if row["id"] == changed] == ["changed"]
    assert [row["_ab_cdc_deleted_at"] is not None for row in appended if row["id"] == deleted] == [True]
    assert len(appended) <= 2 + MAX_REPEATED


def test_the_deduplication_in_the_docs_works(memory: Memory, company: Company) -> None:
    """docs/runners.md: by key, the row with the newest `modified`, or the last of equals. Deleted rows are left out."""
    newest: dict[int, dict[str, Any]] = {}
    for row in memory.rows("tasks"):
        if row["id"] not in newest or row["modified"] >= newest[row["id"]]["modified"]:
            newest[row["id"]] = row
    left = [row["id"] for row in newest.values() if row.get("_ab_cdc_deleted_at") is None]
    assert Counter(left) == Counter(row["id"] for row in rows_of("tasks", company))
