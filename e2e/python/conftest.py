"""Options of all tests. Airbyte's plugin adds `--connector-image`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", type=Path, help="folder of PostgreSQL's programs. Default: PyAirbyte writes to DuckDB")
