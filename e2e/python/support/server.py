"""What the server has, asked by plain HTTP: the truth that every destination is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.company import Company

Row = dict[str, Any]


@dataclass(frozen=True)
class FloatList:
    """A list of Float's API."""

    endpoint: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    within: str | None = None
    """The key is unique only among rows of equal value here."""
    made_up: frozenset[str] = frozenset()
    """What the mock API's rows have besides the fields that are known of Float's."""


@dataclass(frozen=True)
class FloatReport:
    """A report of Float's API, asked for a month. Its rows bear no dates."""

    endpoint: str
    key: str
    rows_in: str
    within: str = "start_date"
    made_up: frozenset[str] = frozenset()


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

LISTS: Mapping[str, FloatList] = {
    "accounts": FloatList("accounts", "account_id", {"expand": "people_id"}),
    "departments": FloatList("departments", "department_id"),
    "people": FloatList("people", "people_id", {"people_type_id": "1,2,3,4", "expand": "account,managers,contracts"}),
    "roles": FloatList("roles", "id", {"expand": "cost_rate_history,people_ids,people_count"}),
    "public_holidays": FloatList(
        "public-holidays", "id", {"start_date": f"{_THIS_YEAR}-01-01", "end_date": f"{_THIS_YEAR + 1}-12-31"}, "region"
    ),
    "holidays": FloatList("holidays", "holiday_id"),
    "projects": FloatList("projects", "project_id", {"expand": "project_tasks,project_team,expenses,currency"}),
    "status": FloatList("status", "status_id"),
    "time_off": FloatList("timeoffs", "timeoff_id"),
    "timeoff_types": FloatList("timeoff-types", "timeoff_type_id"),
    "clients": FloatList("clients", "client_id"),
    "phases": FloatList("phases", "phase_id", {"expand": "phase_tasks,phase_team"}),
    "project_tasks": FloatList("project-tasks", "task_meta_id"),
    "milestones": FloatList("milestones", "milestone_id"),
    "tasks": FloatList("tasks", "task_id"),
    "logged_time": FloatList("logged-time", "logged_time_id"),
    "project_stages": FloatList("project-stages", "id", made_up=frozenset({"status", "order", "active"})),
    "project_expenses": FloatList("project-expenses", "id", made_up=frozenset({"modified", "billable", "receipt"})),
    "currencies": FloatList("currencies", "currency_id", made_up=frozenset({"code", "is_default", "exchange_rate"})),
    "rate_cards": FloatList(
        "rate-cards", "rate_card_id", made_up=frozenset({"name", "currency_id", "created", "modified", "rates"})
    ),
    "project_templates": FloatList(
        "project-templates", "project_template_id", made_up=frozenset({"created_by", "duration_days", "phases"})
    ),
}
"""Stream → its list, by Float's documentation; the last five by what other clients of the API know."""

REPORTS: Mapping[str, FloatReport] = {
    "reports_people": FloatReport("reports/people", "people_id", "people"),
    "reports_projects": FloatReport("reports/projects", "project_id", "projects"),
}

STREAMS: Mapping[str, FloatList | FloatReport] = {**LISTS, **REPORTS}


def rows_of(stream: str, company: Company) -> list[Row]:
    """All rows of a stream, each with its key under `id`; those of a report also with the days of their month."""
    wanted = STREAMS[stream]
    rows = _rows_of_report(wanted, company) if isinstance(wanted, FloatReport) else _rows_of_list(wanted, company)
    return [{**row, "id": row[wanted.key]} for row in rows]


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
