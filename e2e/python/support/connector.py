"""Runs the built connector as a process, and parses its output with Airbyte's models."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airbyte_protocol.models import AirbyteMessage, AirbyteStateBlob, TraceType
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[3]


def run(args: Sequence[str | Path], script: Path = ROOT / "dist/src/main.js") -> subprocess.CompletedProcess[str]:
    """Runs the connector, or another script, with these arguments."""
    return subprocess.run(["node", script, *args], capture_output=True, encoding="utf-8", check=False)


def messages(output: subprocess.CompletedProcess[str]) -> list[AirbyteMessage]:
    """The messages of a run. Every line must be a message, and the exit code must agree with the error messages."""
    assert output.stderr == ""
    found = [parse(line) for line in output.stdout.split("\n")[:-1]]
    errors = [message for message in found if message.trace is not None and message.trace.type is TraceType.ERROR]
    assert (output.returncode == 0) == (not errors), f"exit {output.returncode} with {len(errors)} errors"
    return found


def parse(line: str) -> AirbyteMessage:
    """Parses strictly: no value is converted, and the protocol must know every member."""
    message = AirbyteMessage.model_validate_json(line, strict=True)
    unknown = list(_unknown_members(message))
    assert not unknown, f"The protocol does not know {', '.join(unknown)}: {line[:300]}"
    return message


def _unknown_members(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, AirbyteStateBlob):
        return
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from _unknown_members(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _unknown_members(item, path)
