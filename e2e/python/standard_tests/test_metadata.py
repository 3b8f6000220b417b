"""metadata.yaml, by the model that Airbyte's registry reads it with."""

from __future__ import annotations

import yaml
from airbyte_connector_models.metadata.v0.connector_metadata_definition_v0 import ConnectorMetadataDefinitionV0

from support.connector import ROOT


def test_the_registry_can_read_it() -> None:
    metadata = yaml.safe_load((ROOT / "metadata.yaml").read_text())
    read = ConnectorMetadataDefinitionV0.model_validate(metadata)
    assert read.data.docker_repository == "source-float"
