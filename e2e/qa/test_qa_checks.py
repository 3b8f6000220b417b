"""Airbyte's own checks of connectors, on a copy of the project laid out as in Airbyte's monorepo.

Airbyte runs them on each connector there. They know connectors in Python, Java and YAML, so each check is called directly,
past the question in which language the connector is, and past the support level from which on it is asked for.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airbyte_ops_mcp.connector_ops.utils import Connector

# Read when the package is imported: it reports no usage.
os.environ.update(AIRBYTE_OFFLINE_MODE="1", DO_NOT_TRACK="1")

ROOT = Path(__file__).resolve().parents[2]
NAME = "source-float"
PYTHON_ONLY = "asks for a file or a setting of connectors that are written in Python"

CANNOT_APPLY = {
    "CheckConnectorLanguageTag": "knows python, java and manifest-only; the connector is tagged language:javascript",
    "CheckConnectorCDKTag": "knows Airbyte's own development kits; the connector brings its own",
    "CheckConnectorMaxSecondsBetweenMessagesValue": "is for certified connectors; this one is a community connector",
    "CheckConnectorUsesPoetry": PYTHON_ONLY,
    "CheckConnectorLicenseMatchInPyproject": PYTHON_ONLY,
    "CheckConnectorVersionMatchInPyproject": PYTHON_ONLY,
    "CheckPublishToPyPiIsDeclared": PYTHON_ONLY,
    "CheckConnectorUsesPythonBaseImage": PYTHON_ONLY,
    "CheckManifestOnlyConnectorBaseImage": "is for connectors without code",
    "CheckConnectorUsesHTTPSOnly": "takes each http:// for a request; here it stands in the rules of base_url and of proxies",
}
"""What fails, whatever the connector does, and why."""


class NothingPublished(requests.Response):
    """What Airbyte's registry and repository answer about a connector that they do not have."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status_code = status
        self._content = json.dumps({"sources": [], "destinations": []}).encode()


def answer(url: str, **_: object) -> requests.Response:
    """The internet of these tests: an empty registry, and pages that all exist."""
    return NothingPublished(404 if "/airbytehq/airbyte/master/" in url else 200)


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connector]:
    """The connector, in a copy of the files that git has."""
    monorepo = tmp_path_factory.mktemp("airbyte")
    folder = monorepo / "airbyte-integrations/connectors" / NAME
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    pages = monorepo / "docs/integrations/sources"
    pages.mkdir(parents=True)
    shutil.copy(ROOT / "docs/float.md", pages)
    # Where the pages of connectors of the monorepo are published.
    metadata = folder / "metadata.yaml"
    content = yaml.safe_load(metadata.read_text())
    content["data"]["documentationUrl"] = "https://docs.airbyte.com/integrations/sources/float"
    metadata.write_text(yaml.safe_dump(content))
    # The spec is looked for in the package of a connector in Python.
    package = folder / "source_float"
    package.mkdir()
    shutil.copy(ROOT / "spec.json", package)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "get", answer)
        patch.chdir(monorepo)
        from airbyte_ops_mcp.connector_ops.utils import Connector

        yield Connector(NAME)


def checks() -> list[object]:
    """All that Airbyte has switched on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "get", answer)
        from airbyte_ops_mcp.connector_qa.checks import ENABLED_CHECKS
    return list(ENABLED_CHECKS)


def name_of(check: object) -> str:
    return type(check).__name__


@pytest.mark.parametrize("check", [check for check in checks() if name_of(check) not in CANNOT_APPLY], ids=name_of)
def test_it_passes(check: object, connector: Connector) -> None:
    result = check._run(connector)  # type: ignore[attr-defined]
    assert result.status.name == "PASSED", result.message


@pytest.mark.parametrize("check", [check for check in checks() if name_of(check) in CANNOT_APPLY], ids=name_of)
def test_what_cannot_apply_is_still_refused(check: object, connector: Connector) -> None:
    """Once it passes, its reason is out of date: it belongs to the others."""
    result = check._run(connector)  # type: ignore[attr-defined]
    print(f"{name_of(check)}: {CANNOT_APPLY[name_of(check)]}")
    assert result.status.name == "FAILED"


def test_each_reason_is_about_a_check() -> None:
    assert set(CANNOT_APPLY) <= {name_of(check) for check in checks()}
