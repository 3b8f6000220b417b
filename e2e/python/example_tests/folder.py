"""A folder for the example, with what Airbyte's standard tests read: the scenarios, and secrets."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

_temporary = tempfile.TemporaryDirectory(prefix="source-rest-table-standard-tests-")

FOLDER = Path(_temporary.name, "source-rest-table")
"""Its name is the connector's: Airbyte's tests tell a source by it."""

SCENARIOS = {name: f"secrets/{name}.json" for name in ("works", "stranger", "invalid")}
"""Name → its config."""

(FOLDER / "secrets").mkdir(parents=True)
(FOLDER / "acceptance-test-config.yml").write_text(
    json.dumps(
        {
            "connector_image": "source-rest-table:dev",
            "acceptance_tests": {
                "spec": {"tests": [{"config_path": SCENARIOS["works"]}]},
                "connection": {
                    "tests": [
                        {"config_path": SCENARIOS["works"], "status": "succeed"},
                        {"config_path": SCENARIOS["stranger"], "status": "failed"},
                        {"config_path": SCENARIOS["invalid"], "status": "failed"},
                    ]
                },
                "discovery": {"tests": [{"config_path": SCENARIOS["works"]}]},
                "basic_read": {"tests": [{"config_path": SCENARIOS["works"]}]},
            },
        }
    )
)
