"""
Workers that are killed lose nothing they have acknowledged: dozens here, hundreds by the command.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from complaintflow.adapters.sqlite import SqliteStore

from . import servers

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")


def kill(url, times, *more):
    """
    Kill workers on a database, and return the exit code and what was found.
    """
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "tests.killing", url, "--times", str(times), *more]
    done = subprocess.run(
        command, check=False, cwd=root, stdout=subprocess.PIPE, text=True, timeout=120
    )
    return done.returncode, done.stdout


def test_a_file_has_every_step_that_was_acknowledged(tmp_path):
    """
    None twice, each chain whole, and the outbox as the steps have filled it.
    """
    SqliteStore(tmp_path / "cases").close()

    code, found = kill(f"sqlite:///{tmp_path}/cases", 36, "--longest", "0.06")

    assert 0 == code, found
    assert ", 0 workers failed, 0 problems" in found


def test_postgres_has_every_step_that_was_acknowledged():
    """
    The server notices that a client is gone, and undoes what it had not finished.
    """
    from complaintflow.adapters.postgres import PostgresStore

    with servers.a_schema() as schema:
        with PostgresStore(servers.POSTGRES, schema=schema) as store:
            store.create_schema()
        joint = "&" if "?" in servers.POSTGRES else "?"

        code, found = kill(f"{servers.POSTGRES}{joint}schema={schema}", 36, "--longest", "0.1")

    assert 0 == code, found
    assert ", 0 workers failed, 0 problems" in found


def test_a_worker_that_acknowledges_too_early_is_found_out(tmp_path):
    """
    A check that has never found anything finds nothing.
    """
    code, found = kill(f"sqlite:///{tmp_path}/cases", 12, "--lies")

    assert 1 == code
    assert "was acknowledged, and is not there" in found
