"""Reads the rows of the mock API with plain HTTP. The tests compare each destination with them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.company import Company

Row = dict[str, Any]


@dataclass(frozen=True)
class Stream:
    """How to request a list, or a report of one month. `npm run generate` writes e2e/streams.json."""

    kind: str
    endpoint: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    rows_in: str = ""
    """The member of a report that contains the rows."""
    within: str | None = None
    """The key is unique only among rows with the same value in this field."""
    newer: bool = False
    """Some fields of the rows are not documented, and so have no column."""


_REQUESTED = json.loads((Path(__file__).parents[2] / "streams.json").read_text())
STREAMS = {name: Stream(**fields) for name, fields in _REQUESTED.items()}
LISTS = {name: stream for name, stream in STREAMS.items() if stream.kind == "list"}
REPORTS = {name: stream for name, stream in STREAMS.items() if stream.kind == "report"}

_TODAY = datetime.now(timezone.utc).date()


def _first_day(months_ahead: int) -> date:
    """The first day of a month, counted from the current one."""
    years, month = divmod(_TODAY.month - 1 + months_ahead, 12)
    return date(_TODAY.year + years, month + 1, 1)


MONTHS = [
    {"start_date": str(_first_day(month)), "end_date": str(_first_day(month + 1) - timedelta(days=1))}
    for month in range(-3, 4)
]
"""The months of the reports if the connector's `start_date` is the first day of the first month."""

_WINDOWS: Mapping[str, Mapping[str, str]] = {
    "public_holidays": {"start_date": f"{_TODAY.year}-01-01", "end_date": f"{_TODAY.year + 1}-12-31"},
}
"""Parameters that depend on the current day."""


def rows_of(stream: str, company: Company) -> list[Row]:
    """All rows of a stream, each with its key as `id`. The rows of a report also get the days of their month."""
    wanted = STREAMS[stream]
    if wanted.kind == "report":
        rows = [
            {**row, **month} for month in MONTHS for row in _get(company, wanted.endpoint, month).json()[wanted.rows_in]
        ]
    else:
        rows = _rows_of_list(wanted.endpoint, {**wanted.params, **_WINDOWS.get(stream, {})}, company)
    return [{**row, "id": row["id"] if "id" in row else row[wanted.key]} for row in rows]


def _rows_of_list(endpoint: str, params: Mapping[str, str], company: Company) -> list[Row]:
    rows: list[Row] = []
    page, pages = 1, 1
    while page <= pages:
        answer = _get(company, endpoint, {**params, "per-page": "200", "page": str(page)})
        rows += answer.json()
        pages = int(answer.headers["X-Pagination-Page-Count"])
        page += 1
    return rows


def _get(company: Company, endpoint: str, params: Mapping[str, str]) -> requests.Response:
    answer = requests.get(
        f"{company.url}/{endpoint}",
        params=params,
        headers={"Authorization": f"Bearer {company.token}", "User-Agent": "source-float tests"},
        timeout=60,
    )
    answer.raise_for_status()
    return answer
