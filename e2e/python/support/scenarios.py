"""Which of Airbyte's standard tests the scenarios ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
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
