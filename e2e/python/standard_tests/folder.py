"""A copy of the connector's folder, to which the tests add what the repository does not hold: secrets."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from support.connector import ROOT

_temporary = tempfile.TemporaryDirectory(prefix="source-float-standard-tests-")

FOLDER = Path(_temporary.name, "source-float")
"""Its name is the connector's: Airbyte's tests tell a source by it."""

(FOLDER / "integration_tests").mkdir(parents=True)
for name in ("metadata.yaml", "acceptance-test-config.yml"):
    shutil.copy(ROOT / name, FOLDER)
for path in ROOT.glob("integration_tests/*.json"):
    shutil.copy(path, FOLDER / "integration_tests")
