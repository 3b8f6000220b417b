"""Mock APIs for the scenarios, and a network for the containers that Airbyte's tests start."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from standard_tests.suite import EXAMPLE, FLOAT
from support.company import Company
from support.server import LISTS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airbyte_cdk.test.standard_tests import ConnectorTestScenario

# Airbyte's search for leaked secrets ignores values without a digit.
TOKEN, WRONG_TOKEN = "mock-token-4711", "wrong-token-4711"

VERBS = {
    "test_check": "check",
    "test_docker_image_build_and_check": "check",
    "test_config_matches_spec": "spec",
    "test_docker_image_build_and_config_matches_spec": "spec",
    "test_discover": "discover",
    "test_docker_image_build_and_discover": "discover",
    "test_basic_read": "read",
    "test_fail_read_with_bad_catalog": "read",
    "test_docker_image_build_and_read": "read",
}
"""The verb that each of Airbyte's tests runs. A test skips the scenarios that do not list its verb."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects tests that would skip themselves, so that every remaining skip is unexpected."""

    def is_listed(item: pytest.Item) -> bool:
        callspec = getattr(item, "callspec", None)
        scenario: ConnectorTestScenario | None = callspec and callspec.params.get("scenario")
        return scenario is None or VERBS[getattr(item, "originalname", "")] in scenario.commands

    config.hook.pytest_deselected(items=[item for item in items if not is_listed(item)])
    items[:] = [item for item in items if is_listed(item)]


@pytest.fixture(scope="session", autouse=True)
def configs() -> Iterator[None]:
    """Writes the configs of all scenarios, and a catalog of all lists for a read of all rows."""
    with Company(token=TOKEN) as company, Company(token=TOKEN, dialect="neutral") as neutral:
        stranger = FLOAT / "integration_tests/wrong_token_config.json"
        _write(stranger, {**company.config, **json.loads(stranger.read_text())})
        # A config cannot raise the reports' limit of 30 requests a minute, so the reports of frequent reads are short.
        _write(FLOAT / "secrets/config.json", {**company.config, "start_date": MONTHS[0]["start_date"]})
        _write(FLOAT / "secrets/all_rows_config.json", company.config)
        catalog = json.loads((FLOAT / "integration_tests/configured_catalog.json").read_text())
        lists = [configured for configured in catalog["streams"] if configured["stream"]["name"] in LISTS]
        _write(FLOAT / "secrets/lists_catalog.json", {"streams": lists})

        config = {"token": TOKEN, "base_url": neutral.url}
        _write(EXAMPLE / "secrets/works.json", config)
        _write(EXAMPLE / "secrets/stranger.json", {**config, "token": WRONG_TOKEN})
        _write(EXAMPLE / "secrets/invalid.json", {**config, "base_url": "ftp://api.example.com"})
        yield


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content))


@pytest.fixture(scope="session", autouse=True)
def docker_with_host_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Adds `--network host` to the `docker run` commands of Airbyte's tests, so that containers reach the mock API."""
    docker = shutil.which("docker")
    if docker is None:
        yield
        return
    programs = tmp_path_factory.mktemp("bin")
    shim = programs / "docker"
    shim.write_text(
        f'#!/bin/sh\n[ "$1" = run ] && shift && exec {docker} run --network host "$@"\nexec {docker} "$@"\n'
    )
    shim.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs), prepend=os.pathsep)
        yield
