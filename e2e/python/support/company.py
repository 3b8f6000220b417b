"""A made-up company on the mock API. The tests change it as people change theirs in Float."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from support.connector import ROOT

if TYPE_CHECKING:
    from types import TracebackType

Row = dict[str, Any]
Key = int | str

NO_QUOTA = {"requests_per_minute": 1_000_000, "requests_per_second": 1_000_000}


class Company:
    """Starts its own mock API (e2e/company.mjs). The `with` block ends it."""

    def __init__(self, **options: object) -> None:
        """`options`: those of the mock API. Default: no limits."""
        self._process = subprocess.Popen(
            ["node", ROOT / "e2e/company.mjs", json.dumps({"limits": None, **options})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        address = self._answer()
        self.url: str = address["url"]
        self.token: str = address["token"]

    def __enter__(self) -> Company:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        unexpected = self._ask("unexpected")
        self._process.communicate()
        if error is None:
            assert unexpected == [], "The connector sent requests that a correct client would not send."

    @property
    def config(self) -> dict[str, Any]:
        """The connector's config for this company."""
        return {"api_token": self.token, "base_url": self.url, **NO_QUOTA}

    def insert(self, endpoint: str, **fields: object) -> Row:
        return self._ask("insert", endpoint, fields)

    def update(self, endpoint: str, key: Key, **patch: object) -> Row:
        return self._ask("update", endpoint, key, patch)

    def remove(self, endpoint: str, key: Key) -> None:
        self._ask("remove", endpoint, key)

    def _ask(self, *command: object) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line != "", f"The mock API exited with {self._process.wait()}."
        return json.loads(line)
