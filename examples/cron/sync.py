"""Syncs a Float account into PostgreSQL once. The database stores the state, so each sync reads only what changed."""

from __future__ import annotations

import os

import airbyte
from airbyte.caches import PostgresCache

TEXTS = ("api_token", "start_date", "contact_email", "base_url")
NUMBERS = ("requests_per_minute", "requests_per_second", "concurrency")


def config() -> dict[str, str | int]:
    """The connector's config, from environment variables such as FLOAT_API_TOKEN. Empty ones are left out."""
    given = {name: os.environ.get(f"FLOAT_{name.upper()}", "") for name in (*TEXTS, *NUMBERS)}
    return {name: int(value) if name in NUMBERS else value for name, value in given.items() if value != ""}


def main() -> None:
    source = airbyte.get_source("source-float", config=config(), local_executable="source-float")
    streams = os.environ.get("STREAMS", "")
    source.select_streams(streams.replace(" ", "").split(",") if streams else "*")
    cache = PostgresCache(
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ["DATABASE_PORT"]),
        username=os.environ["DATABASE_USER"],
        password=os.environ["DATABASE_PASSWORD"],
        database=os.environ["DATABASE_NAME"],
        schema_name=os.environ["DATABASE_SCHEMA"],
    )
    whole = os.environ.get("FULL_REFRESH", "") == "1"
    result = source.read(cache=cache, **({"force_full_refresh": True, "write_strategy": "replace"} if whole else {}))
    print(f"{result.processed_records} records")


main()
