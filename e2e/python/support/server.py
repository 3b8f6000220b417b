"""What the server has, asked by plain HTTP: the truth that every destination is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
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


_THIS_YEAR = datetime.now(timezone.utc).year

LISTS: Mapping[str, FloatList] = {
    "accounts": FloatList("accounts", "account_id"),
    "departments": FloatList("departments", "department_id"),
    "people": FloatList("people", "people_id", {"people_type_id": "1,2,3,4"}),
    "roles": FloatList("roles", "id"),
    "public_holidays": FloatList(
        "public-holidays", "id", {"start_date": f"{_THIS_YEAR}-01-01", "end_date": f"{_THIS_YEAR + 1}-12-31"}
    ),
    "holidays": FloatList("holidays", "holiday_id"),
    "projects": FloatList("projects", "project_id", {"expand": "project_tasks,project_team"}),
    "status": FloatList("status", "status_id"),
    "time_off": FloatList("timeoffs", "timeoff_id"),
    "timeoff_types": FloatList("timeoff-types", "timeoff_type_id"),
    "clients": FloatList("clients", "client_id"),
    "phases": FloatList("phases", "phase_id", {"expand": "phase_tasks,phase_team"}),
    "project_tasks": FloatList("project-tasks", "task_meta_id"),
    "milestones": FloatList("milestones", "milestone_id"),
    "tasks": FloatList("tasks", "task_id"),
    "logged_time": FloatList("logged-time", "logged_time_id"),
}
"""Stream → its list, by Float's documentation."""


def rows_of(stream: str, company: Company) -> list[Row]:
    """All rows of a stream, each with its key under `id`."""
    wanted = LISTS[stream]
    rows: list[Row] = []
    page, pages = 1, 1
    while page <= pages:
        answer = requests.get(
            f"{company.url}/{wanted.endpoint}",
            params={**wanted.params, "per-page": "200", "page": str(page)},
            headers={"Authorization": f"Bearer {company.token}", "User-Agent": "source-float tests"},
            timeout=60,
        )
        answer.raise_for_status()
        rows += answer.json()
        pages = int(answer.headers["X-Pagination-Page-Count"])
        page += 1
    return [{**row, "id": row[wanted.key]} for row in rows]
