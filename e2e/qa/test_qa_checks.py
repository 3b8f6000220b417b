"""Airbyte's checks of the connectors in its monorepo, on a copy of this project in the same layout.

Each check is called directly, because Airbyte runs none for TypeScript, and some only for other support levels.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airbyte_ops_mcp.connector_ops.utils import Connector

# The package reads these when it is imported. It reports no usage.
os.environ.update(AIRBYTE_OFFLINE_MODE="1", DO_NOT_TRACK="1")

ROOT = Path(__file__).resolve().parents[2]
NAME = "source-float"
PYTHON_ONLY = "requires a file or a setting of connectors in Python"

CANNOT_APPLY = {
    "CheckConnectorLanguageTag": "allows python, java and manifest-only; the connector is tagged language:javascript",
    "CheckConnectorCDKTag": "allows Airbyte's development kits; the connector has its own",
    "CheckConnectorMaxSecondsBetweenMessagesValue": "is for certified connectors; this one is a community connector",
    "CheckConnectorUsesPoetry": PYTHON_ONLY,
    "CheckConnectorLicenseMatchInPyproject": PYTHON_ONLY,
    "CheckConnectorVersionMatchInPyproject": PYTHON_ONLY,
    "CheckPublishToPyPiIsDeclared": PYTHON_ONLY,
    "CheckConnectorUsesPythonBaseImage": PYTHON_ONLY,
    "CheckManifestOnlyConnectorBaseImage": "is for connectors without code",
    "CheckConnectorUsesHTTPSOnly": "finds http:// in the rules of base_url and of proxies, which send no request",
}
"""Checks that fail whatever the connector does, with the reason."""


def respond(url: str, **_: object) -> requests.Response:
    """Replaces the internet: an empty registry, and documentation pages that all exist."""
    response = requests.Response()
    response.status_code = 404 if "/airbytehq/airbyte/master/" in url else 200
    response._content = json.dumps({"sources": [], "destinations": []}).encode()
    return response


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connector]:
    """The connector in a copy of the files that git tracks."""
    monorepo = tmp_path_factory.mktemp("airbyte")
    folder = monorepo / "airbyte-integrations/connectors" / NAME
    list_files = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(list_files, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    pages = monorepo / "docs/integrations/sources"
    pages.mkdir(parents=True)
    shutil.copy(ROOT / "docs/float.md", pages)
    # The address at which Airbyte publishes the pages of its monorepo.
    metadata = folder / "metadata.yaml"
    content = yaml.safe_load(metadata.read_text())
    content["data"]["documentationUrl"] = "https://docs.airbyte.com/integrations/sources/float"
    metadata.write_text(yaml.safe_dump(content))
    # The checks look for the spec in a Python package.
    package = folder / "source_float"
    package.mkdir()
    shutil.copy(ROOT / "spec.json", package)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "get", respond)
        patch.chdir(monorepo)
        from airbyte_ops_mcp.connector_ops.utils import Connector

        yield Connector(NAME)


def enabled_checks() -> dict[str, Any]:
    """Name → check."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "get", respond)
        from airbyte_ops_mcp.connector_qa.checks import ENABLED_CHECKS
    return {type(check).__name__: check for check in ENABLED_CHECKS}


CHECKS = enabled_checks()


@pytest.mark.parametrize("name", sorted(CHECKS.keys() - CANNOT_APPLY.keys()))
def test_the_connector_passes(name: str, connector: Connector) -> None:
    result = CHECKS[name]._run(connector)
    assert result.status.name == "PASSED", result.message


def test_the_list_of_checks_that_cannot_apply_is_up_to_date(connector: Connector) -> None:
    results = {name: check._run(connector).status.name for name, check in CHECKS.items() if name in CANNOT_APPLY}
    assert results == dict.fromkeys(CANNOT_APPLY, "FAILED")
