"""The example's folder as Airbyte's standard tests expect it: scenarios and configs for a mock of the neutral contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from example_tests.folder import FOLDER, SCENARIOS
from support.company import Company
from support.scenarios import pytest_collection_modifyitems

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pytest_collection_modifyitems"]


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    # Airbyte's search for leaks takes only what has a digit for a secret.
    with Company(token="mock-token-4711", dialect="neutral") as company:
        yield company


@pytest.fixture(scope="session", autouse=True)
def configs(company: Company) -> None:
    config = {"token": company.token, "base_url": company.url}
    (FOLDER / SCENARIOS["works"]).write_text(json.dumps(config))
    (FOLDER / SCENARIOS["stranger"]).write_text(json.dumps({**config, "token": "wrong-token-4711"}))
    (FOLDER / SCENARIOS["invalid"]).write_text(json.dumps({**config, "base_url": "ftp://api.example.com"}))
