"""Airbyte's standard tests for the connector, and for its image (marked `image_tests`)."""

from standard_tests.suite import FLOAT, CompiledSourceTests
from support.connector import ROOT


class TestConnector(CompiledSourceTests):
    folder = FLOAT
    script = ROOT / "dist/src/main.js"
