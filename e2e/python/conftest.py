"""Options and fixtures of all tests. Airbyte's plugin adds `--connector-image`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.company import Company

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", type=Path, help="folder of PostgreSQL's programs. Default: use DuckDB")


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with Company() as company:
        yield company
