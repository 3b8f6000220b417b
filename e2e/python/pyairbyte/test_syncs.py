"""One company, synced again and again by PyAirbyte into one database. The tests build on each other, in this order."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import airbyte
import pytest
from airbyte.caches import PostgresCache
from airbyte.exceptions import AirbyteConnectorCheckFailedError, AirbyteConnectorValidationFailedError

from pyairbyte.declared import expected, kind_of
from pyairbyte.tables import columns_of, query, rows_of
from support import server
from support.server import LISTS, MONTHS, REPORTS, STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable

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
"""The incremental streams, each with a field that people write."""

COMPARED = ("people", "projects", "phases")
"""Those of them whose deletions no log tells."""

EXPANDED = {
    "accounts": ["people_id"],
    "people": ["account", "managers", "contracts"],
    "roles": ["cost_rate_history", "people_ids", "people_count"],
    "projects": ["project_tasks", "project_team", "expenses", "currency"],
    "phases": ["phase_tasks", "phase_team"],
}
"""Columns that the server fills only if it is asked to."""

MOST_REPEATED = 2
"""Rows of a stream that come again though nobody changed them: those as new as its cursor."""


def test_the_check_succeeds(source: Source) -> None:
    source.check()


def test_a_wrong_token_is_told_without_showing_it(company: Company, installed: dict[str, Any]) -> None:
    token = "a-token-of-nobody-1"
    stranger = airbyte.get_source("source-float", config={**company.config, "api_token": token}, **installed)
    with pytest.raises(AirbyteConnectorCheckFailedError) as failure:
        stranger.check()
    assert "token" in str(failure.value)
    assert token not in str(failure.value)


def test_a_faulty_config_is_refused_by_the_spec(source: Source) -> None:
    with pytest.raises(AirbyteConnectorValidationFailedError):
        source.validate_config({"start_date": "yesterday"})


def test_all_streams_are_offered(source: Source) -> None:
    assert set(source.get_available_streams()) == set(STREAMS)


def test_the_first_sync_brings_every_row_with_its_values(source: Source, cache: CacheBase, company: Company) -> None:
    result = source.read(cache=cache)
    assert result.processed_records == sum(len(server.rows_of(stream, company)) for stream in LISTS)
    assert {stream: len(list(result[stream])) for stream in LISTS} == {
        stream: len(server.rows_of(stream, company)) for stream in LISTS
    }
    _assert_same(source, cache, company)


def test_reports_bring_every_row_of_every_month(reports: Source, cache: CacheBase, company: Company) -> None:
    reports.read(cache=cache)
    _assert_same(reports, cache, company)
    months = {stream: {str(row["start_date"]) for row in rows_of(cache, stream)} for stream in REPORTS}
    assert months["reports_people"] == {month["start_date"] for month in MONTHS}
    assert len(months["reports_projects"]) > 1


@pytest.mark.parametrize("stream", STREAMS)
def test_columns_have_the_types_that_the_catalog_declares(source: Source, cache: CacheBase, stream: str) -> None:
    declared = source.get_stream_json_schema(stream)["properties"]
    assert columns_of(cache, stream) == {_column(name): kind_of(field) for name, field in declared.items()}


def test_the_second_sync_brings_the_changes_and_little_else(source: Source, cache: CacheBase, company: Company) -> None:
    before = {stream: _extracted(cache, stream) for stream in NOTES}
    changed = {stream: set(_change(company, stream)) for stream in NOTES}

    source.read(cache=cache)

    _assert_same(source, cache, company)
    for stream in NOTES:
        after = _extracted(cache, stream)
        came = {key for key, extracted in after.items() if before[stream].get(key) != extracted}
        assert changed[stream] <= came
        assert len(came - changed[stream]) <= MOST_REPEATED, stream


def test_reports_follow_the_plans(reports: Source, cache: CacheBase, company: Company) -> None:
    before = {stream: server.rows_of(stream, company) for stream in REPORTS}
    for month in MONTHS:
        company.insert("tasks", **month)
    assert all(server.rows_of(stream, company) != rows for stream, rows in before.items())

    reports.read(cache=cache)

    _assert_same(reports, cache, company)


def test_the_third_sync_marks_what_was_deleted(source: Source, cache: CacheBase, company: Company) -> None:
    deleted = {stream: _delete(company, stream)["id"] for stream in NOTES}

    source.read(cache=cache)

    _assert_same(source, cache, company)
    for stream, key in deleted.items():
        [row] = [row for row in rows_of(cache, stream) if row["id"] == key]
        filled = {name for name, value in row.items() if value is not None}
        assert filled == {"id", LISTS[stream].key, "modified", "_ab_cdc_deleted_at"}


def test_a_restored_row_with_its_old_stamp_comes_back(source: Source, cache: CacheBase, company: Company) -> None:
    before = {stream: len(_deleted(cache, stream)) for stream in NOTES}
    restored = {stream: _delete(company, stream) for stream in COMPARED}
    source.read(cache=cache)
    for stream, row in restored.items():
        assert row["id"] in _deleted(cache, stream)
        company.insert(LISTS[stream].endpoint, **{name: value for name, value in row.items() if name != "id"})

    source.read(cache=cache)

    _assert_same(source, cache, company)
    assert {stream: len(_deleted(cache, stream)) for stream in NOTES} == before


def test_a_deletion_in_a_list_without_a_cursor_leaves_with_a_full_refresh(
    source: Source, reports: Source, cache: CacheBase, company: Company
) -> None:
    gone = _delete(company, "clients")["id"]
    source.read(cache=cache)
    assert gone in {row["id"] for row in rows_of(cache, "clients")}

    for each in (source, reports):
        each.read(cache=cache, force_full_refresh=True, write_strategy="replace")
        _assert_same(each, cache, company)


def _change(company: Company, stream: str) -> list[Any]:
    """Changes the oldest row of a stream and adds one; gives their keys."""
    wanted = LISTS[stream]
    oldest = server.rows_of(stream, company)[-1]
    changes = {NOTES[stream]: "Changed between two syncs: 'Zürich', \"東京\",\n\\🚀"}
    updated = company.update(wanted.endpoint, oldest["id"], **changes)
    return [updated[wanted.key], company.insert(wanted.endpoint)[wanted.key]]


def _delete(company: Company, stream: str) -> Row:
    """Deletes a row from the middle of a stream; gives what it was."""
    rows = server.rows_of(stream, company)
    row = rows[len(rows) // 2]
    company.remove(LISTS[stream].endpoint, row["id"])
    return row


def _deleted(cache: CacheBase, stream: str) -> set[Any]:
    """The keys of the rows that are marked as deleted."""
    return {row["id"] for row in rows_of(cache, stream) if row["_ab_cdc_deleted_at"] is not None}


def _extracted(cache: CacheBase, stream: str) -> dict[Any, Any]:
    """When each row was read."""
    rows = query(cache, f'SELECT id, _airbyte_extracted_at AS extracted FROM {cache.schema_name}."{stream}"')
    return {row["id"]: row["extracted"] for row in rows}


def _assert_same(source: Source, cache: CacheBase, company: Company) -> None:
    """The tables hold the rows of the server, and no others but those that are marked as deleted."""
    agree = _agree_as_pandas_reads if isinstance(cache, PostgresCache) else _agree
    differences: list[str] = []
    for stream in source.get_selected_streams():
        schema, wanted = source.get_stream_json_schema(stream), STREAMS[stream]
        living = (row for row in rows_of(cache, stream) if row.get("_ab_cdc_deleted_at") is None)
        held = _by_key(living, wanted.within)
        sent = _by_key(
            (expected(row, schema, newer=wanted.newer) for row in server.rows_of(stream, company)), wanted.within
        )
        differences += [f"{stream} {key} is missing" for key in sent.keys() - held.keys()]
        differences += [f"{stream} {key} is not on the server" for key in held.keys() - sent.keys()]
        differences += [
            f"{stream} {key}: {name} is {held[key][_column(name)]!r}, not {sent[key][name]!r}"
            for key in sent.keys() & held.keys()
            for name in sent[key]
            if not agree(name, held[key][_column(name)], sent[key][name])
        ]
    assert not differences, "\n".join(differences[:20])


def _agree(_name: str, held: Any, sent: Any) -> bool:
    return bool(held == sent)


def _agree_as_pandas_reads(name: str, held: Any, sent: Any) -> bool:
    """On its way to PostgreSQL, PyAirbyte lets pandas guess: text of digits is a number, `…_time` a moment of today."""
    if isinstance(held, str) and isinstance(sent, str) and held != sent:
        if re.fullmatch(r"\d+\.\d+", sent):
            return Decimal(held) == Decimal(sent)
        if name.endswith("_time"):
            return held.endswith(f" {sent}:00")
    return bool(held == sent)


def _column(name: str) -> str:
    """PyAirbyte writes columns in small letters."""
    return name.lower()


def _by_key(rows: Iterable[Row], within: str | None) -> dict[tuple[Any, ...], Row]:
    rows = list(rows)
    keyed = {(row["id"], row[within] if within is not None else None): row for row in rows}
    assert len(keyed) == len(rows), "The same row is there twice."
    return keyed


def test_values_that_no_column_takes_are_null_there_and_kept_among_the_additional_fields(
    source: Source, cache: CacheBase, company: Company
) -> None:
    sent = {"name": "a\x00b", "date": "0000-00-00", "end_date": "2026-06-31", "mood": {"of": ["the\x00team"]}}
    key = company.insert("milestones", **sent)["milestone_id"]

    source.read(cache=cache, streams=["milestones"])

    [row] = [row for row in rows_of(cache, "milestones") if row["id"] == key]
    assert row["name"] == "a\ufffdb"
    assert row["date"] is None
    assert row["end_date"] is None
    assert row["additional_fields"] == {"end_date": "2026-06-31", "mood": {"of": ["the\ufffdteam"]}}


def test_expansions_arrive(cache: CacheBase) -> None:
    filled = {
        (stream, column)
        for stream, columns in EXPANDED.items()
        for column in columns
        if any(row[column] not in (None, []) for row in rows_of(cache, stream))
    }
    assert filled == {(stream, column) for stream, columns in EXPANDED.items() for column in columns}
