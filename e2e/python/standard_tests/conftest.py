"""A server for the scenarios of acceptance-test-config.yml, and a network for their containers."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from standard_tests.folder import FOLDER
from support.company import Company
from support.scenarios import pytest_collection_modifyitems
from support.server import LISTS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["pytest_collection_modifyitems"]


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    # Airbyte's search for leaks takes only what has a digit for a secret.
    with Company(token="mock-token-4711") as company:
        yield company


@pytest.fixture(scope="session", autouse=True)
def secrets(company: Company) -> None:
    """Points the configs of the scenarios to the mock API; adds a config and a catalog for all rows of all lists."""
    stranger = FOLDER / "integration_tests/wrong_token_config.json"
    stranger.write_text(json.dumps({**company.config, **json.loads(stranger.read_text())}))
    secrets = FOLDER / "secrets"
    secrets.mkdir()
    # Reports keep to 30 requests a minute whatever the config says of other requests: read often, they must be short.
    config = {**company.config, "start_date": MONTHS[0]["start_date"]}
    (secrets / "config.json").write_text(json.dumps(config))
    (secrets / "all_rows_config.json").write_text(json.dumps(company.config))
    catalog = json.loads((FOLDER / "integration_tests/configured_catalog.json").read_text())
    lists = [configured for configured in catalog["streams"] if configured["stream"]["name"] in LISTS]
    (secrets / "lists_catalog.json").write_text(json.dumps({"streams": lists}))


@pytest.fixture(scope="session", autouse=True)
def docker_with_host_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Lets the containers, whose commands Airbyte's tests write, reach the mock API on this machine."""
    docker = shutil.which("docker")
    if docker is None:
        yield
        return
    programs: Path = tmp_path_factory.mktemp("bin")
    shim = programs / "docker"
    shim.write_text(
        f'#!/bin/sh\n[ "$1" = run ] && shift && exec {docker} run --network host "$@"\nexec {docker} "$@"\n'
    )
    shim.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs), prepend=os.pathsep)
        yield
