"""Airbyte's standard tests for the second source on the kit, examples/rest-table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from airbyte_cdk.test import entrypoint_wrapper
from airbyte_cdk.test.entrypoint_wrapper import EntrypointOutput
from airbyte_cdk.test.standard_tests import SourceTestSuiteBase

from example_tests.folder import FOLDER
from support import connector

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = connector.ROOT / "dist/examples/rest-table/main.js"


class BuiltExample:
    """Stands where the tests expect a connector written in Python."""

    def spec(self, logger: logging.Logger) -> Any:
        """By this method they know one. They ask it nothing but by the function below."""
        raise NotImplementedError


def run_built_example(source: BuiltExample, args: list[str], **_: object) -> EntrypointOutput:
    """Runs what they would run in process, and holds it to the protocol besides."""
    assert isinstance(source, BuiltExample)
    output = connector.run(args, SCRIPT)
    connector.messages(output)
    return EntrypointOutput(messages=output.stdout.splitlines(), stderr=output.stderr)


@pytest.fixture(scope="module", autouse=True)
def _as_a_program() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entrypoint_wrapper, "_run_command", run_built_example)
        yield


# Problems of the catalog that Airbyte's tests only warn of so far.
@pytest.mark.filterwarnings("error::airbyte_cdk.test.standard_tests.DiscoveredCatalogWarning")
class TestExample(SourceTestSuiteBase):
    """Over the scenarios of the folder."""

    connector = BuiltExample

    # Asks Airbyte's registry for the spec of the published version. There is none.
    test_docker_image_spec_backward_compatibility = None  # type: ignore[assignment]

    @classmethod
    def get_connector_root_dir(cls) -> Path:
        """The folder with the scenarios."""
        return FOLDER
