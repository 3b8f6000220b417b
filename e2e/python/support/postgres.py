"""A temporary PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "airbyte"


@contextmanager
def postgres(programs: Path) -> Iterator[int]:
    """Runs a server in a temporary folder, and yields its port."""
    # The programs refuse to run as root. Debian's package creates a user for them.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="source-float-postgres-"))
    if user is not None:
        shutil.chown(folder, user)

    def run(program: str, *args: str) -> None:
        command: list[str | Path] = [programs / program, "--pgdata", folder / "data", *args]
        # Not to a pipe, because the server would keep it open.
        with (folder / "log").open("a") as log:
            subprocess.run(command, user=user, cwd=folder, stdout=log, stderr=log, check=True)

    try:
        run("initdb", "--auth", "trust", "--username", USER, "--encoding", "UTF8", "--no-sync")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port: int = probe.getsockname()[1]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run("pg_ctl", "start", "--wait", "--options", options)
        try:
            yield port
        finally:
            run("pg_ctl", "stop", "--wait", "--mode", "fast")
    except subprocess.CalledProcessError as error:
        raise RuntimeError((folder / "log").read_text()) from error
    finally:
        shutil.rmtree(folder)
