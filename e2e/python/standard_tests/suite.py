"""Airbyte's standard tests for a compiled source, and the folders from which they read their scenarios."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from airbyte_cdk.test import entrypoint_wrapper
from airbyte_cdk.test.entrypoint_wrapper import EntrypointOutput
from airbyte_cdk.test.standard_tests import SourceTestSuiteBase

from support import connector

if TYPE_CHECKING:
    import logging

_temporary = tempfile.TemporaryDirectory(prefix="source-float-standard-tests-")

# Airbyte's tests take the connector's name from the folder's.
FLOAT = Path(_temporary.name, "source-float")
EXAMPLE = Path(_temporary.name, "source-rest-table")
for folder in (FLOAT, EXAMPLE):
    (folder / "secrets").mkdir(parents=True)

(FLOAT / "integration_tests").mkdir()
for path in connector.ROOT.glob("integration_tests/*.json"):
    shutil.copy(path, FLOAT / "integration_tests")
for name in ("metadata.yaml", "acceptance-test-config.yml"):
    shutil.copy(connector.ROOT / name, FLOAT)

_WORKS, _STRANGER, _INVALID = ({"config_path": f"secrets/{name}.json"} for name in ("works", "stranger", "invalid"))
_CHECKS = [{**_WORKS, "status": "succeed"}, {**_STRANGER, "status": "failed"}, {**_INVALID, "status": "failed"}]
_SCENARIOS = {name: {"tests": [_WORKS]} for name in ("spec", "discovery", "basic_read")}
(EXAMPLE / "acceptance-test-config.yml").write_text(
    json.dumps(
        {
            "connector_image": "source-rest-table:dev",
            "acceptance_tests": {**_SCENARIOS, "connection": {"tests": _CHECKS}},
        }
    )
)


class CompiledSource:
    """Stands in for a connector in Python. Airbyte's tests require the method `spec`, but never call it here."""

    def spec(self, logger: logging.Logger) -> Any:
        raise NotImplementedError


# Airbyte's tests only warn about these problems of a catalog.
@pytest.mark.filterwarnings("error::airbyte_cdk.test.standard_tests.DiscoveredCatalogWarning")
class CompiledSourceTests(SourceTestSuiteBase):
    """Airbyte's tests, with the compiled `script` as the connector. The scenarios are in `folder`."""

    folder: ClassVar[Path]
    script: ClassVar[Path]
    connector = CompiledSource

    # Requires a published version in Airbyte's registry.
    test_docker_image_spec_backward_compatibility = None  # type: ignore[assignment]

    @classmethod
    def get_connector_root_dir(cls) -> Path:
        return cls.folder

    @pytest.fixture(autouse=True)
    def _run_the_script(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replaces the function that runs a connector in process. Also checks the output against the protocol."""

        def run(source: CompiledSource, args: list[str], **_: object) -> EntrypointOutput:
            assert isinstance(source, CompiledSource)
            output = connector.run(args, self.script)
            connector.messages(output)
            return EntrypointOutput(messages=output.stdout.splitlines(), stderr=output.stderr)

        monkeypatch.setattr(entrypoint_wrapper, "_run_command", run)
