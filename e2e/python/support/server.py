"""What the server has, asked by plain HTTP: the truth that every destination is compared with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from support.company import Company

Row = dict[str, Any]


@dataclass(frozen=True)
class FloatList:
    """A list of Float's API."""

    endpoint: str
    key: str
    params: Mapping[str, str]
    within: str | None = None
    """The key is unique only among rows of equal value here."""
    newer: bool = False
    """Few of its fields are documented, so that rows have fields without a column."""


@dataclass(frozen=True)
class FloatReport:
    """A report of Float's API, asked for a month. Its rows bear no dates."""

    endpoint: str
    key: str
    rows_in: str
    within: str
    newer: bool = False


_TODAY = datetime.now(timezone.utc).date()
_THIS_YEAR = _TODAY.year


def _first_day(later: int) -> date:
    """The first day of the month so many after this one."""
    years, month = divmod(_TODAY.month - 1 + later, 12)
    return date(_THIS_YEAR + years, month + 1, 1)


MONTHS = [
    {"start_date": str(_first_day(later)), "end_date": str(_first_day(later + 1) - timedelta(days=1))}
    for later in range(-3, 4)
]
"""Those of the reports where `start_date` is the first day of the first one. Both together have 30 a minute."""

_DATES: Mapping[str, Mapping[str, str]] = {
    "public_holidays": {"start_date": f"{_THIS_YEAR}-01-01", "end_date": f"{_THIS_YEAR + 1}-12-31"},
}
"""What a list is asked for besides: dates, which depend on the day."""

_REQUESTED = json.loads((Path(__file__).parents[2] / "streams.json").read_text())
"""Written by `npm run generate` from the table of streams."""


def _list_of(name: str, endpoint: str, key: str, params: Mapping[str, str], **more: Any) -> FloatList:
    return FloatList(endpoint, key, {**params, **_DATES.get(name, {})}, **more)


def _of_kind(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, requested in _REQUESTED.items():
        if requested["kind"] == kind:
            yield name, {field: value for field, value in requested.items() if field != "kind"}


LISTS: Mapping[str, FloatList] = {name: _list_of(name, **fields) for name, fields in _of_kind("list")}
REPORTS: Mapping[str, FloatReport] = {name: FloatReport(**fields) for name, fields in _of_kind("report")}

STREAMS: Mapping[str, FloatList | FloatReport] = {**LISTS, **REPORTS}


def rows_of(stream: str, company: Company) -> list[Row]:
    """All rows of a stream, each with its key under `id`; those of a report also with the days of their month."""
    wanted = STREAMS[stream]
    rows = _rows_of_report(wanted, company) if isinstance(wanted, FloatReport) else _rows_of_list(wanted, company)
    return [{**row, "id": row["id"] if "id" in row else row[wanted.key]} for row in rows]


def _rows_of_list(wanted: FloatList, company: Company) -> list[Row]:
    rows: list[Row] = []
    page, pages = 1, 1
    while page <= pages:
        answer = _get(company, wanted.endpoint, {**wanted.params, "per-page": "200", "page": str(page)})
        rows += answer.json()
        pages = int(answer.headers["X-Pagination-Page-Count"])
        page += 1
    return rows


def _rows_of_report(wanted: FloatReport, company: Company) -> list[Row]:
    return [
        {**row, **month} for month in MONTHS for row in _get(company, wanted.endpoint, month).json()[wanted.rows_in]
    ]


def _get(company: Company, endpoint: str, params: Mapping[str, str]) -> requests.Response:
    answer = requests.get(
        f"{company.url}/{endpoint}",
        params=params,
        headers={"Authorization": f"Bearer {company.token}", "User-Agent": "source-float tests"},
        timeout=60,
    )
    answer.raise_for_status()
    return answer
