"""
Cases in databases behind SQLAlchemy: the contract on each of them, and joined transactions.
"""

import pytest

pytest.importorskip("sqlalchemy", reason="needs: pip install 'complaintflow[sqlalchemy]'")

import sqlalchemy
from sqlalchemy import create_engine

from complaintflow.adapters.sqlalchemy import SqlalchemyStore
from complaintflow.testing import StoreContract

from . import servers

PSYCOPG = servers.QUICK.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="module")
def on_postgres():
    """
    Return a store on PostgreSQL, in a schema of its own.
    """
    engine = create_engine(PSYCOPG)
    with servers.a_schema() as schema:
        with servers.on_postgres() as connection:
            connection.execute(f'CREATE SCHEMA "{schema}"')
        store = SqlalchemyStore(engine, schema=schema)
        store.create_schema()
        yield store
        engine.dispose()


@pytest.fixture(scope="module")
def on_mariadb():
    """
    Return a store on MariaDB, in a database of its own.
    """
    with servers.a_database() as url:
        engine = create_engine(url)
        store = SqlalchemyStore(engine)
        store.create_schema()
        yield store
        engine.dispose()


def emptied(store):
    """
    Return a store that holds nothing any more.
    """
    tables = store._tables
    with store._engine.begin() as connection:
        for table in (tables.case, tables.entry, tables.outbox):
            connection.execute(sqlalchemy.delete(table))
    return store


class TestOnSqlite(StoreContract):
    """
    A file keeps the promises through SQLAlchemy, too.
    """

    story_length = 2

    @pytest.fixture
    def store(self, tmp_path):
        """
        Return a store that holds nothing.
        """
        engine = create_engine(f"sqlite:///{tmp_path}/cases", connect_args={"timeout": 30})
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
        store = SqlalchemyStore(engine)
        store.create_schema()
        yield store
        engine.dispose()


class TestOnPostgres(StoreContract):
    """
    PostgreSQL keeps the promises through SQLAlchemy.
    """

    story_length = 2
    one_story_in = 3

    @pytest.fixture
    def store(self, on_postgres):
        """
        Return a store that holds nothing.
        """
        return emptied(on_postgres)


class TestOnMariadb(StoreContract):
    """
    MariaDB keeps the promises: capitals, trailing spaces, microseconds and all.
    """

    story_length = 2
    one_story_in = 3

    @pytest.fixture
    def store(self, on_mariadb):
        """
        Return a store that holds nothing.
        """
        return emptied(on_mariadb)
