"""A server for the scenarios of acceptance-test-config.yml, and a network for their containers."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from standard_tests.folder import FOLDER
from support.company import Company

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airbyte_cdk.test.standard_tests import ConnectorTestScenario

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
"""What each of Airbyte's tests runs. It skips itself for the scenarios that do not ask for that."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what the scenarios do not ask for, so that whatever is skipped is a hole."""

    def is_asked_for(item: pytest.Item) -> bool:
        callspec = getattr(item, "callspec", None)
        scenario: ConnectorTestScenario | None = callspec and callspec.params.get("scenario")
        return scenario is None or VERBS[getattr(item, "originalname", "")] in scenario.commands

    left_out = [item for item in items if not is_asked_for(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    # Airbyte's search for leaks takes only what has a digit for a secret.
    with Company(token="mock-token-4711") as company:
        yield company


@pytest.fixture(scope="session", autouse=True)
def secrets(company: Company) -> None:
    """Points the configs of the scenarios to the mock API."""
    stranger = FOLDER / "integration_tests/wrong_token_config.json"
    stranger.write_text(json.dumps({**company.config, **json.loads(stranger.read_text())}))
    secrets = FOLDER / "secrets"
    secrets.mkdir()
    (secrets / "config.json").write_text(json.dumps(company.config))


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
