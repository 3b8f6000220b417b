"""PyAirbyte syncs a company into a database again and again. Each test continues where the previous one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import airbyte
import pytest
from airbyte.exceptions import AirbyteConnectorCheckFailedError

from pyairbyte.tables import columns_of, differences, kind_of, query, rows_of
from support import server
from support.server import LISTS, MONTHS, REPORTS, STREAMS

if TYPE_CHECKING:
    from airbyte import Source
    from airbyte.caches import CacheBase

    from support.company import Company
    from support.server import Row

NOTES = {
    "people": "notes",
    "projects": "notes",
    "phases": "notes",
    "tasks": "notes",
    "time_off": "timeoff_notes",
    "logged_time": "notes",
}
"""The incremental streams, each with a text field."""

COMPARED = ("people", "projects", "phases")
"""The incremental streams without a log of deletions."""

MAX_REPEATED = 2
"""Unchanged rows that a sync emits again, because they are as new as the cursor."""


def test_a_wrong_token_fails_the_check_and_is_not_shown(
    source: Source, company: Company, installed: dict[str, Any]
) -> None:
    source.check()
    token = "a-token-of-nobody-1"
    stranger = airbyte.get_source("source-float", config={**company.config, "api_token": token}, **installed)
    with pytest.raises(AirbyteConnectorCheckFailedError) as failure:
        stranger.check()
    assert "token" in str(failure.value)
    assert token not in str(failure.value)


def test_the_first_sync_loads_every_row_with_its_values(source: Source, cache: CacheBase, company: Company) -> None:
    result = source.read(cache=cache)
    assert result.processed_records == sum(len(server.rows_of(stream, company)) for stream in LISTS)
    _assert_same(source, cache, company)


def test_reports_load_every_row_of_every_month(reports: Source, cache: CacheBase, company: Company) -> None:
    reports.read(cache=cache)
    _assert_same(reports, cache, company)
    assert {str(row["start_date"]) for row in rows_of(cache, "reports_people")} == {
        month["start_date"] for month in MONTHS
    }


def test_columns_have_the_types_that_the_catalog_declares(source: Source, cache: CacheBase) -> None:
    for stream in STREAMS:
        declared = source.get_stream_json_schema(stream)["properties"]
        # PyAirbyte writes column names in lower case.
        columns = {name.lower(): kind_of(field) for name, field in declared.items()}
        assert (stream, columns_of(cache, stream)) == (stream, columns)


def test_the_second_sync_loads_changes_and_few_other_rows(source: Source, cache: CacheBase, company: Company) -> None:
    before = {stream: _extracted(cache, stream) for stream in NOTES}
    changed = {stream: set(_change(company, stream)) for stream in NOTES}

    source.read(cache=cache)

    _assert_same(source, cache, company)
    for stream in NOTES:
        loaded = {key for key, extracted in _extracted(cache, stream).items() if before[stream].get(key) != extracted}
        assert changed[stream] <= loaded
        assert len(loaded - changed[stream]) <= MAX_REPEATED, stream


def test_reports_follow_changed_plans(reports: Source, cache: CacheBase, company: Company) -> None:
    before = {stream: server.rows_of(stream, company) for stream in REPORTS}
    for month in MONTHS:
        company.insert("tasks", **month)
    assert all(server.rows_of(stream, company) != rows for stream, rows in before.items())

    reports.read(cache=cache)

    _assert_same(reports, cache, company)


def test_the_third_sync_marks_deleted_rows(source: Source, cache: CacheBase, company: Company) -> None:
    deleted = {stream: _delete(company, stream)["id"] for stream in NOTES}

    source.read(cache=cache)

    _assert_same(source, cache, company)
    for stream, key in deleted.items():
        [row] = [row for row in rows_of(cache, stream) if row["id"] == key]
        filled = {name for name, value in row.items() if value is not None}
        assert filled == {"id", LISTS[stream].key, "modified", "_ab_cdc_deleted_at"}


def test_a_restored_row_with_its_old_timestamp_returns(source: Source, cache: CacheBase, company: Company) -> None:
    before = {stream: len(_deleted(cache, stream)) for stream in NOTES}
    restored = {stream: _delete(company, stream) for stream in COMPARED}
    source.read(cache=cache)
    for stream, row in restored.items():
        assert row["id"] in _deleted(cache, stream)
        company.insert(LISTS[stream].endpoint, **{name: value for name, value in row.items() if name != "id"})

    source.read(cache=cache)

    _assert_same(source, cache, company)
    assert {stream: len(_deleted(cache, stream)) for stream in NOTES} == before


def test_a_full_refresh_removes_deleted_rows_of_a_list_without_a_cursor(
    source: Source, reports: Source, cache: CacheBase, company: Company
) -> None:
    deleted = _delete(company, "clients")["id"]
    source.read(cache=cache)
    assert deleted in {row["id"] for row in rows_of(cache, "clients")}

    for each in (source, reports):
        each.read(cache=cache, force_full_refresh=True, write_strategy="replace")
        _assert_same(each, cache, company)


def test_values_that_do_not_fit_their_column_are_kept_in_the_additional_fields(
    source: Source, cache: CacheBase, company: Company
) -> None:
    sent = {"name": "a\x00b", "date": "0000-00-00", "end_date": "2026-06-31", "mood": {"of": ["the\x00team"]}}
    key = company.insert("milestones", **sent)["milestone_id"]

    source.read(cache=cache, streams=["milestones"])

    [row] = [row for row in rows_of(cache, "milestones") if row["id"] == key]
    assert (row["name"], row["date"], row["end_date"]) == ("a\ufffdb", None, None)
    assert row["additional_fields"] == {"end_date": "2026-06-31", "mood": {"of": ["the\ufffdteam"]}}


def _change(company: Company, stream: str) -> list[Any]:
    """Changes the oldest row of a stream and adds one. Returns their keys."""
    wanted = LISTS[stream]
    oldest = server.rows_of(stream, company)[-1]
    changes = {NOTES[stream]: "Changed between two syncs: 'Zürich', \"東京\",\n\\🚀"}
    updated = company.update(wanted.endpoint, oldest["id"], **changes)
    return [updated[wanted.key], company.insert(wanted.endpoint)[wanted.key]]


def _delete(company: Company, stream: str) -> Row:
    """Deletes a row in the middle of a stream, and returns it."""
    rows = server.rows_of(stream, company)
    row = rows[len(rows) // 2]
    company.remove(LISTS[stream].endpoint, row["id"])
    return row


def _deleted(cache: CacheBase, stream: str) -> set[Any]:
    """The keys of the rows that are marked as deleted."""
    return {row["id"] for row in rows_of(cache, stream) if row["_ab_cdc_deleted_at"] is not None}


def _extracted(cache: CacheBase, stream: str) -> dict[Any, Any]:
    """Key → when the row was read."""
    rows = query(cache, f'SELECT id, _airbyte_extracted_at AS extracted FROM {cache.schema_name}."{stream}"')
    return {row["id"]: row["extracted"] for row in rows}


def _assert_same(source: Source, cache: CacheBase, company: Company) -> None:
    found = differences(source, cache, company)
    assert not found, "\n".join(found[:20])
