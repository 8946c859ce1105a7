"""
Tables of an earlier version on PostgreSQL are brought to the present one, or left as they are.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from complaintflow import Desk, StoreError
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.postgres import AsyncPostgresStore, PostgresStore, _sql
from complaintflow.adapters.postgres.__main__ import main
from complaintflow.methods import six_steps

from . import servers

SIX = six_steps()
WRITTEN = sorted(Path(__file__).with_name("fixtures").glob("format-*"))
COLOUR = "ALTER TABLE {schema}.complaintflow_case ADD COLUMN colour text;"
SIZE = """
ALTER TABLE {schema}.complaintflow_case ADD COLUMN size text;
UPDATE {schema}.complaintflow_case SET size = 'L';
"""


@pytest.fixture(params=WRITTEN, ids=lambda folder: folder.name)
def folder(request):
    """
    Return where a release has left a store of its own.
    """
    return request.param


@pytest.fixture
def schema(folder):
    """
    Return the name of a schema with the tables, and the cases, of an earlier release.
    """
    script = (folder / "cases.postgres.sql").read_text("utf-8")
    with servers.a_schema() as name, servers.on_postgres() as connection:
        connection.execute(script.replace('"written"', f'"{name}"'))
        yield name


@pytest.fixture
def before(schema):
    """
    Return the version that the tables are of.
    """
    return version_of(schema)


@pytest.fixture
def later(monkeypatch):
    """
    Return a function that makes this the library of a later version, with its upgrades.
    """

    def become(version, upgrades):
        monkeypatch.setattr(_sql, "SCHEMA_VERSION", version)
        monkeypatch.setattr(_sql, "UPGRADES", upgrades)

    return become


def version_of(schema):
    """
    Return the version of the tables in a schema.
    """
    with servers.on_postgres() as connection:
        asked = f'SELECT version FROM "{schema}".complaintflow_schema'
        return connection.execute(asked).fetchone()[0]


def columns_of(schema):
    """
    Return the columns of the cases.
    """
    with servers.on_postgres() as connection:
        asked = f'SELECT * FROM "{schema}".complaintflow_case LIMIT 0'
        return [column.name for column in connection.execute(asked).description]


def test_what_an_earlier_release_wrote_is_read(schema, folder):
    """
    It says what the export says that was written beside it.
    """
    with PostgresStore(servers.QUICK, schema=schema) as store:
        store.create_schema()
        desk = Desk(SIX, store=store)
        of_the_export = Desk(SIX, store=MemoryStore())
        with (folder / "export.jsonl").open(encoding="utf-8") as lines:
            of_the_export.import_all(lines)

        assert list(of_the_export.export_all()) == list(desk.export_all())
        assert all(desk.verify(case.id).is_whole for case in desk.cases())


def test_it_is_upgraded_step_by_step_and_everything_is_there(schema, before, later):
    """
    Nobody has to export and import for a new column; and twice is as good as once.
    """
    with PostgresStore(servers.QUICK, schema=schema) as store:
        store.create_schema()
        lines = list(Desk(SIX, store=store).export_all())
    later(before + 2, {before: COLOUR, before + 1: SIZE})

    for _ in range(2):
        with PostgresStore(servers.QUICK, schema=schema) as store:
            store.create_schema()
            assert lines == list(Desk(SIX, store=store).export_all())
        assert before + 2 == version_of(schema)
    with servers.on_postgres() as connection:
        asked = f'SELECT colour, size FROM "{schema}".complaintflow_case'
        assert {(None, "L")} == set(connection.execute(asked).fetchall())


def test_a_store_that_is_awaited_upgrades_likewise(schema, before, later):
    """
    The same script, without threads.
    """
    later(before + 1, {before: COLOUR})

    async def upgraded():
        async with AsyncPostgresStore(servers.QUICK, schema=schema) as store:
            with pytest.raises(StoreError, match=r"bring them to it with create_schema\(\)"):
                await store.load("overdue")
            await store.create_schema()
            return await store.load("overdue")

    assert "overdue" == asyncio.run(upgraded()).case_id
    assert before + 1 == version_of(schema)


def test_nothing_is_upgraded_by_the_way(schema, before, later):
    """
    A worker that starts early says what to do, and alters no table under the others.
    """
    later(before + 1, {before: COLOUR})

    with (
        PostgresStore(servers.QUICK, schema=schema) as store,
        pytest.raises(StoreError, match=rf"version {before}, .* knows version {before + 1}: bring"),
    ):
        store.load("overdue")

    assert before == version_of(schema)


def test_an_upgrade_that_fails_leaves_all_as_it_was(schema, before, later):
    """
    The earlier library goes on with it.
    """
    later(before + 2, {before: COLOUR, before + 1: "UPDATE {schema}.nowhere SET colour = 'red';"})

    with (
        PostgresStore(servers.QUICK, schema=schema) as store,
        pytest.raises(StoreError),
    ):
        store.create_schema()

    assert before == version_of(schema)
    assert "colour" not in columns_of(schema)


@pytest.mark.parametrize("too", ["old", "new"])
def test_where_there_is_no_way_nothing_is_tried(schema, before, later, too):
    """
    Neither from tables that are too old, nor from those of a later release.
    """
    later(before + 2, {before + 1: COLOUR}) if too == "old" else later(before - 1, {})
    refused = "use the complaintflow that made them, or another schema"

    with PostgresStore(servers.QUICK, schema=schema) as store:
        for ask in (store.create_schema, lambda: store.load("overdue")):
            with pytest.raises(StoreError, match=rf"of version {before}, .*{refused}"):
                ask()
        with servers.on_postgres() as dba, pytest.raises(psycopg.Error, match="there is no way"):
            dba.execute(store.schema_sql())

    assert before == version_of(schema)


def test_it_is_upgraded_once_by_those_who_start_together(schema, before, later):
    """
    A deployment starts all its workers at once; who waited finds it done.
    """
    later(before + 1, {before: COLOUR + "\nPERFORM pg_sleep(0.1);"})

    def make(_):
        with PostgresStore(servers.QUICK, schema=schema) as store:
            store.create_schema()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(make, range(4)))

    assert before + 1 == version_of(schema)


def test_the_script_of_the_command_upgrades_too(schema, before, later, capsys, monkeypatch):
    """
    A DBA reads what will be done, from which version, and runs it as one transaction.
    """
    later(before + 1, {before: COLOUR})
    argv = ["postgres", "postgresql://nobody@nowhere/x", "--schema", schema, "--sql"]
    monkeypatch.setattr(sys, "argv", argv)

    assert 0 == main()
    script = capsys.readouterr().out
    assert f"IF found = {before} THEN" in script
    with servers.on_postgres() as connection:
        for _ in range(2):
            connection.execute(script)

    assert before + 1 == version_of(schema)
    assert "colour" in columns_of(schema)
