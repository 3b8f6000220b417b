"""The connector as a source of PyAirbyte, with a cache in DuckDB or PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from support.connector import ROOT
from support.postgres import USER, postgres
from support.server import LISTS, MONTHS, REPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airbyte import Source
    from airbyte.caches import CacheBase

    from support.company import Company

_files = tempfile.TemporaryDirectory(prefix="source-float-pyairbyte-")
# PyAirbyte reads these when it is imported. In offline mode, it does not look up the connector and reports no usage.
os.environ.update(AIRBYTE_OFFLINE_MODE="1", AIRBYTE_PROJECT_DIR=_files.name, AIRBYTE_LOGGING_ROOT=f"{_files.name}/logs")


@pytest.fixture(scope="session")
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The arguments with which `get_source` finds the connector, installed as in docs/command-line.md."""
    image = request.config.getoption("--connector-image")
    if image is not None:
        return {"docker_image": image, "use_host_network": True}
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run(["npm", "install", "--global", "--prefix", prefix, "."], cwd=ROOT, check=True, capture_output=True)
    os.environ["PATH"] = f"{prefix / 'bin'}:{os.environ['PATH']}"
    return {"local_executable": "source-float"}


@pytest.fixture(scope="module")
def source(company: Company, installed: dict[str, Any]) -> Source:
    """Reads all lists."""
    import airbyte

    return airbyte.get_source("source-float", config=company.config, streams=list(LISTS), **installed)


@pytest.fixture(scope="module")
def reports(company: Company, installed: dict[str, Any]) -> Source:
    """Reads a few months of the reports. More would need over a minute, because Float limits their requests."""
    import airbyte

    config = {**company.config, "start_date": MONTHS[0]["start_date"]}
    return airbyte.get_source("source-float", config=config, streams=list(REPORTS), **installed)


@pytest.fixture(scope="module")
def cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CacheBase]:
    import airbyte
    from airbyte.caches import PostgresCache

    programs: Path | None = request.config.getoption("--postgres")
    if programs is None:
        yield airbyte.new_local_cache("float", cache_dir=tmp_path_factory.mktemp("duckdb"))
        return
    with postgres(programs) as port:
        yield PostgresCache(
            host="127.0.0.1", port=port, username=USER, password="", database="postgres", schema_name="float"
        )
