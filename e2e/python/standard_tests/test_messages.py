"""Every line that the connector prints is a message of Airbyte's protocol, as its own models read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from airbyte_protocol.models import Type

from standard_tests.folder import FOLDER
from support import connector

if TYPE_CHECKING:
    from airbyte_protocol.models import AirbyteMessage

CONFIG = ["--config", "secrets/config.json"]
STRANGER = ["--config", "integration_tests/wrong_token_config.json"]
FAULTY = ["--config", "integration_tests/invalid_config.json"]
CATALOG = ["--catalog", "integration_tests/configured_catalog.json"]


def run(*args: str) -> list[AirbyteMessage]:
    """The messages of a run, whose paths are in the folder."""
    return connector.messages(connector.run([FOLDER / arg if "/" in arg else arg for arg in args]))


@pytest.mark.parametrize(
    "args",
    [
        ["spec"],
        ["check", *CONFIG],
        ["check", *STRANGER],
        ["check", *FAULTY],
        ["discover", *CONFIG],
        ["discover", *FAULTY],
        ["read", *CONFIG, *CATALOG],
        ["read", *CONFIG, *CATALOG, "--state", "integration_tests/sample_state.json"],
        ["read", *CONFIG, *CATALOG, "--state", "integration_tests/abnormal_state.json"],
        ["read", *STRANGER, *CATALOG],
        ["read", *CONFIG, "--catalog", "integration_tests/sample_state.json"],
    ],
    ids=" ".join,
)
def test_messages_of(args: list[str]) -> None:
    assert run(*args)


@pytest.mark.parametrize(
    ("config", "catalog"),
    [(CONFIG[1], CATALOG[1]), ("secrets/all_rows_config.json", "secrets/lists_catalog.json")],
)
def test_what_is_read_back_is_what_was_printed(config: str, catalog: str) -> None:
    output = connector.run(["read", "--config", FOLDER / config, "--catalog", FOLDER / catalog])
    assert connector.messages(output)
    for line in output.stdout.splitlines():
        assert json.loads(connector.parse(line).model_dump_json(exclude_unset=True)) == json.loads(line)


def test_states_that_airbyte_saved_are_taken_back() -> None:
    """The way of PyAirbyte and the platform: parsed, kept, and written again with nulls."""
    states = [message.state for message in run("read", *CONFIG, *CATALOG) if message.type is Type.STATE]
    saved = FOLDER / "secrets/state.json"
    saved.write_text(json.dumps([json.loads(state.model_dump_json()) for state in states]))
    again = run("read", *CONFIG, *CATALOG, "--state", "secrets/state.json")
    assert sum(message.record is not None and message.record.stream == "logged_time" for message in again) < 10


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"LOG","log":{"level":"WARNING","message":"an unknown level"}}',
        '{"type":"LOG","log":{"level":"INFO","message":"an unknown member","stacktrace":""}}',
        '{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":"1"}}',
        '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"namespace":"no name"}}}}',
        "A line of text",
    ],
)
def test_a_line_that_is_no_message_is_refused(line: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        connector.parse(line)
