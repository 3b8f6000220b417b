"""Airbyte's models of the protocol parse every line of runs that the standard tests do not have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from standard_tests.suite import FLOAT
from support import connector

if TYPE_CHECKING:
    from airbyte_protocol.models import AirbyteMessage

CONFIG = ["--config", "secrets/config.json"]
WRONG_TOKEN = ["--config", "integration_tests/wrong_token_config.json"]
CATALOG = ["--catalog", "integration_tests/configured_catalog.json"]
ALL_ROWS = ["--config", "secrets/all_rows_config.json", "--catalog", "secrets/lists_catalog.json"]


def run(*args: str) -> list[AirbyteMessage]:
    """The messages of a run. Paths are relative to the folder."""
    return connector.messages(connector.run([FLOAT / arg if "/" in arg else arg for arg in args]))


@pytest.mark.parametrize(
    "args",
    [
        ["discover", "--config", "integration_tests/invalid_config.json"],
        ["read", *CONFIG, *CATALOG, "--state", "integration_tests/sample_state.json"],
        ["read", *CONFIG, *CATALOG, "--state", "integration_tests/abnormal_state.json"],
        ["read", *WRONG_TOKEN, *CATALOG],
        ["read", *CONFIG, "--catalog", "integration_tests/sample_state.json"],
    ],
    ids=" ".join,
)
def test_messages_of(args: list[str]) -> None:
    assert run(*args)


@pytest.mark.parametrize("args", [[*CONFIG, *CATALOG], ALL_ROWS], ids=" ".join)
def test_parsing_and_serialising_changes_no_message(args: list[str]) -> None:
    output = connector.run(["read", *(FLOAT / arg if "/" in arg else arg for arg in args)])
    assert connector.messages(output)
    for line in output.stdout.splitlines():
        assert json.loads(connector.parse(line).model_dump_json(exclude_unset=True)) == json.loads(line)


def test_the_connector_accepts_states_that_airbyte_saved() -> None:
    """PyAirbyte and the platform store parsed states, and pass them back with nulls for missing members."""
    states = [message.state for message in run("read", *CONFIG, *CATALOG) if message.state is not None]
    saved = FLOAT / "secrets/state.json"
    saved.write_text(json.dumps([json.loads(state.model_dump_json()) for state in states]))
    again = run("read", *CONFIG, *CATALOG, "--state", "secrets/state.json")
    assert sum(message.record is not None and message.record.stream == "logged_time" for message in again) < 10
