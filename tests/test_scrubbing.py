"""
A file of SQLite is rid of what was erased: of the words, and of what its pages have kept of them.
"""

from __future__ import annotations

import logging
import random
import shutil
import sqlite3
from contextlib import closing
from secrets import token_hex

import pytest
from attrs import evolve

from complaintflow import Desk, EvidenceError, StoreError
from complaintflow.acts import ERASED
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock
from complaintflow.testing._stores._changes import a_change

from .conftest import MONDAY
from .servers import POSTGRES, missing_postgres, needs
from .test_evidence import WORDS, bytes_of, full_of_words

SIX = six_steps()
NAME = WORDS.partition(" ")[0].encode()


def desk_on(store):
    """
    Return a desk under the six steps, early on a Monday.
    """
    return Desk(SIX, store=store, clock=FrozenClock(MONDAY))


def has_words(path):
    """
    Return whether what must be nowhere is somewhere in the files.
    """
    return NAME in bytes_of(path)


def leftover(path):
    """
    Lay words where SQLite keeps them and no row has them: as a host does that deletes its own.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE IF NOT EXISTS note (text TEXT)")
        connection.execute("INSERT INTO note VALUES (?)", (f"{WORDS} " * 9,))
        connection.execute("DELETE FROM note")


@pytest.mark.parametrize("seed", range(34, 46))
def test_pages_that_were_split_and_merged_keep_nothing_of_what_was_erased(tmp_path, seed):
    """
    Cells that move to another page leave their bytes behind, in one of six of such files.
    """
    chance, path = random.Random(seed), tmp_path / "cases"
    versions, erased = dict.fromkeys(range(30), 0), set()

    def step(number, *, erases=False):
        words = "fine " if number in erased else f"W{number:03}W "
        change = a_change(
            f"t-{number}", versions[number], customer=words, text=words * chance.randint(1, 200)
        )
        told = words * chance.randint(1, 200)
        records = tuple(evolve(each, personal=told) for each in change.records)
        store.commit(evolve(change, records=records, erases=erases))
        versions[number] += 1

    with closing(SqliteStore(path)) as store:
        with store._lent() as connection:
            connection.execute("PRAGMA synchronous = OFF")  # a disk has nothing to do with it
        for _ in range(15):
            for _ in range(10):
                step(chance.randrange(30))
            number = chance.choice([n for n in versions if versions[n] and n not in erased])
            erased.add(number)
            step(number, erases=True)
            kept = bytes_of(path)

            assert not [n for n in erased if f"W{n:03}W".encode() in kept]


def test_an_erasure_leaves_nothing_in_free_pages_either(tmp_path):
    """
    Whoever else writes to the file may not have told SQLite to overwrite what goes.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path)) as store:
        full_of_words(desk_on(store))
        leftover(path)
        desk_on(store).erase("t-1", reason="asked", by="sam")

        assert not has_words(path)
        assert desk_on(store).verify("t-1").is_whole


def test_many_cases_are_erased_first_and_the_file_is_scrubbed_once(tmp_path):
    """
    Writing a large file anew takes its time, and everybody else who writes waits for it.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path, scrubs=False)) as store:
        full_of_words(desk_on(store))
        leftover(path)
        desk_on(store).erase("t-1", reason="asked", by="sam")

        assert has_words(path)

    with closing(SqliteStore(path, scrubs=False)) as store:
        assert has_words(path)

        store.scrub()

        assert not has_words(path)
        assert ERASED == desk_on(store).get("t-1").customer


@pytest.mark.parametrize("scrubs", [True, False])
def test_a_process_that_dies_right_after_an_erasure_leaves_it_to_the_next(
    tmp_path, monkeypatch, scrubs
):
    """
    The words are in the log, or in the file, until somebody opens it.
    """
    path, copy = tmp_path / "cases", tmp_path / "copy"
    with closing(SqliteStore(path)) as store:
        full_of_words(desk_on(store))
        monkeypatch.setattr(store, "_clean_up", lambda: None)
        desk_on(store).erase("t-1", reason="asked", by="sam")
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", f"{copy}{end}")

    assert has_words(copy)

    with closing(SqliteStore(copy, scrubs=scrubs)) as store:
        assert not has_words(copy)
        assert desk_on(store).verify("t-1").is_whole


def test_who_opens_a_file_that_is_clean_does_not_write_it_anew(tmp_path, monkeypatch):
    """
    Neither before anything was erased, nor after the file was rid of it.
    """
    path, opened = tmp_path / "cases", []
    with closing(SqliteStore(path)) as store:
        full_of_words(desk_on(store))
    monkeypatch.setattr(SqliteStore, "_clean_up", lambda _: opened.append(path))
    with closing(SqliteStore(path)):
        assert [] == opened
    monkeypatch.undo()
    with closing(SqliteStore(path)) as store:
        desk_on(store).erase("t-1", reason="asked", by="sam")
    monkeypatch.setattr(SqliteStore, "_clean_up", lambda _: opened.append(path))
    with closing(SqliteStore(path)):
        assert [] == opened


@pytest.mark.parametrize("scrubs", [True, False])
def test_an_erasure_that_was_kept_does_not_fail_for_what_comes_after_it(
    tmp_path, monkeypatch, caplog, scrubs
):
    """
    Who is told that it failed would do it again; that the file is not clean yet is logged.
    """

    def broken():
        message = "the disk is on fire"
        raise StoreError(message)

    path = tmp_path / "cases"
    with closing(SqliteStore(path, scrubs=scrubs)) as store:
        full_of_words(desk_on(store))
        monkeypatch.setattr(store, "scrub" if scrubs else "_empty_the_log", broken)
        with caplog.at_level(logging.WARNING, "complaintflow"):
            case = desk_on(store).erase("t-1", reason="asked", by="sam")

        assert case == desk_on(store).get("t-1")
        assert "the disk is on fire" in caplog.text
        assert "SqliteStore.scrub()" in caplog.text


def test_a_file_that_somebody_reads_cannot_be_scrubbed_and_says_so(tmp_path):
    """
    The log is cut off when nobody reads the pages of before; then it can be asked for again.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path, timeout=0.05)) as store:
        full_of_words(desk_on(store))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM complaintflow_case").fetchall()
            desk_on(store).erase("t-1", reason="asked", by="sam")
            with pytest.raises(StoreError, match=r"is being read: .* write-ahead log"):
                store.scrub()

            assert has_words(path)

        store.scrub()

        assert not has_words(path)


def test_a_file_that_somebody_writes_cannot_be_scrubbed_and_says_so(tmp_path):
    """
    It waits as long as for any other writer.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path, timeout=0.05)) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="is locked"):
                store.scrub()
        store.scrub()


def test_scrubs_is_a_yes_or_a_no(tmp_path):
    """
    A file that is never rid of what was erased must not come of a slip.
    """
    with pytest.raises(EvidenceError, match="scrubs must be"):
        SqliteStore(tmp_path / "cases", scrubs="never")


def test_what_the_store_of_sqlalchemy_leaves_in_a_file_goes_as_it_says(tmp_path):
    """
    Whoever made the engine cares for its file; the store says how.
    """
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from complaintflow.adapters.sqlalchemy import SqlalchemyStore

    path = tmp_path / "cases"
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    store = SqlalchemyStore(engine)
    store.create_schema()
    full_of_words(desk_on(store))
    desk_on(store).erase("t-1", reason="asked", by="sam")

    assert has_words(path)

    with engine.connect() as connection:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            assert f"`{statement}`" in SqlalchemyStore.__doc__
            connection.exec_driver_sql(statement)
    engine.dispose()

    assert not has_words(path)


def test_what_postgres_leaves_in_its_pages_goes_as_the_store_says():
    """
    An ordinary `VACUUM` leaves names in indexes; a database of our own has nobody who reads.
    """
    psycopg = pytest.importorskip("psycopg")
    from complaintflow.adapters.postgres import PostgresStore

    needs(missing_postgres(), "PostgreSQL", "COMPLAINTFLOW_POSTGRES", POSTGRES)
    name = f"complaintflow_{token_hex(4)}"
    where = psycopg.conninfo.make_conninfo(POSTGRES, dbname=name)

    def left_over():
        connection.execute("CHECKPOINT")
        return [
            each
            for each, file in connection.execute(
                "SELECT relname, pg_relation_filepath(oid) FROM pg_class"
                " WHERE relname ~ '^complaintflow_' AND relkind IN ('r', 'i')"
            ).fetchall()
            if NAME in connection.execute("SELECT pg_read_binary_file(%s)", [file]).fetchone()[0]
        ]

    with closing(psycopg.connect(POSTGRES, autocommit=True)) as host:
        host.execute(f"CREATE DATABASE {name}")
        try:
            with PostgresStore(where) as store:
                store.create_schema()
                full_of_words(desk_on(store))
                desk_on(store).erase("t-1", reason="asked", by="sam")
            with closing(psycopg.connect(where, autocommit=True)) as connection:
                assert left_over()

                told = " ".join(PostgresStore.__doc__.split()).split("`")
                (advice,) = [each for each in told if each.startswith("VACUUM FULL")]
                connection.execute(advice)

                assert [] == left_over()
        finally:
            host.execute(f"DROP DATABASE {name} WITH (FORCE)")
