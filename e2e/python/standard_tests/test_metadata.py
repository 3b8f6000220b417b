"""Airbyte's registry reads metadata.yaml with this model."""

import yaml
from airbyte_connector_models.metadata.v0.connector_metadata_definition_v0 import ConnectorMetadataDefinitionV0

from support.connector import ROOT


def test_the_registry_can_read_the_metadata() -> None:
    metadata = ConnectorMetadataDefinitionV0.model_validate(yaml.safe_load((ROOT / "metadata.yaml").read_text()))
    assert metadata.data.docker_repository == "source-float"
