"""
Workers that are killed lose nothing they have acknowledged: dozens here, hundreds by the command.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from complaintflow.adapters.sqlite import SqliteStore

from . import servers
from .conftest import MONDAY
from .killing import GENERATION, LATE, Log, Worker, problems, problems_of

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


@pytest.fixture
def seen(tmp_path):
    """
    Return a function that tells what is found after two cases, once something was planted.

    It takes a statement for the file, and a function that changes what was told.
    """
    path, log = tmp_path / "cases", Log(tmp_path / "log")
    with closing(SqliteStore(path)) as store:
        worker = Worker(store, log, "run-0", MONDAY)
        worker.handle("run-0-0", erases=True)
        worker.handle("run-0-1", erases=False)
        worker.desk.open("run-0-2", customer="bo", complaint="Late", by="sam", at=MONDAY - LATE)

    def look(statement="SELECT 1", change=lambda lines: lines):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
        with closing(SqliteStore(path)) as store:
            lines = change(log.lines())
            return list(problems(store, "run", lines, MONDAY + 2 * GENERATION))

    return look


def test_what_was_not_torn_is_whole(seen):
    """
    Two cases, one of them erased, and one that nobody has looked at yet.
    """
    assert [] == seen()


def moved(lines):
    """
    Return what was told, with the notifications of each case in the other order.
    """
    handed = iter([line for line in lines if line[1] == "handed"][::-1])
    told = [line for line in lines if line[1] != "settled"]
    return [next(handed) if line[1] == "handed" else line for line in told]


KEY = "run-0-1:2:1"
TOLD = f"'{KEY}', 'run-0-1', 2, 'late', 'team', 'x', '2026-01-05', 'received', 0, NULL, NULL"
TORN = {
    "altered": ("UPDATE complaintflow_entry SET text = text || ' ' WHERE version = 3", "altered"),
    "gone": ("DELETE FROM complaintflow_entry WHERE version = 3", "has [1, 2, 4"),
    "words": (
        "UPDATE complaintflow_entry SET personal = '{}' WHERE case_id = 'run-0-0' AND version = 1",
        "run-0-0: was erased, and has words",
    ),
    "asleep": ("UPDATE complaintflow_case SET wake_at = NULL", "nobody looks at first_response"),
    "doubled": (f"INSERT INTO complaintflow_outbox VALUES (99, {TOLD})", "should tell"),
}
"""What is planted in the file, and what is told of it."""


@pytest.mark.parametrize("what", TORN)
def test_what_was_torn_is_found(seen, what):
    """
    A check that has never found anything finds nothing.
    """
    statement, told = TORN[what]

    assert told in "\n".join(seen(statement))


SAID = {
    "lost": (lambda li: [*li, ["w", "step", "run-0-1", "99"]], "99 was acknowledged, and is not"),
    "again": (lambda li: [*li, ["w", "handed", KEY]], f"{KEY} was settled, and handed over again"),
    "never": (lambda li: [x for x in li if x[1:] != ["handed", KEY]], f"{KEY} is gone, and nob"),
    "nothing": (lambda li: [*li, ["w", "handed", "run-0-1:99:1"]], "nothing of it was kept"),
    "moved": (moved, "was told of in another order than it happened"),
    "waits": (lambda li: [*li, ["w", "settled", "run-0-2:2:1"]], "was settled, and waits"),
}
"""What the workers would have told, and what is told of it."""


@pytest.mark.parametrize("what", SAID)
def test_what_was_told_and_is_not_so_is_found(seen, what):
    """
    Of steps and of notifications.
    """
    change, told = SAID[what]

    assert told in "\n".join(seen(change=change))


def test_what_was_recorded_twice_is_found(tmp_path):
    """
    A key, and a deadline; no store of ours lets either in.
    """
    with closing(SqliteStore(tmp_path / "cases")) as store:
        worker = Worker(store, Log(tmp_path / "log"), "run-0", MONDAY)
        worker.handle("run-0-0", erases=False)
        case, records = worker.desk.get("run-0-0"), store.history("run-0-0")
        entries = worker.desk.history("run-0-0")

    found = "\n".join(problems_of(case, [*records, *records], [*entries, *entries], MONDAY))
    assert "run-0-0: Listen was recorded 2 times" in found
    assert "run-0-0: first_response was recorded 2 times" in found
