"""Airbyte's standard tests for examples/rest-table, the second source on the kit."""

from standard_tests.suite import EXAMPLE, CompiledSourceTests
from support.connector import ROOT


class TestExample(CompiledSourceTests):
    folder = EXAMPLE
    script = ROOT / "dist/examples/rest-table/main.js"
