"""
Cases in PostgreSQL: the contract on a real server, and what it says when the server fails.
"""

from contextlib import asynccontextmanager

import pytest

pytest.importorskip("psycopg", reason="needs the extra: pip install 'complaintflow[postgres]'")

from complaintflow.adapters.postgres import AsyncPostgresStore, PostgresStore
from complaintflow.testing import AsyncStoreContract, StoreContract

from . import servers


@pytest.fixture(scope="module")
def tables():
    """
    Return the name of a schema with our tables.
    """
    with servers.a_schema() as schema, PostgresStore(servers.POSTGRES, schema=schema) as store:
        store.create_schema()
        yield schema


@pytest.fixture
def schema(tables):
    """
    Return the name of a schema whose tables are empty.
    """
    servers.empty(tables)
    return tables


@pytest.fixture(scope="module")
def opened(tables):
    """
    Return a store for many tests, as a process has one for long.
    """
    with PostgresStore(servers.QUICK, schema=tables) as store:
        yield store


class TestPostgresStore(StoreContract):
    """
    A server keeps every promise, too.
    """

    one_story_in = 61

    @pytest.fixture
    def store(self, opened, schema):
        """
        Return a store that holds nothing.
        """
        return opened

    @pytest.fixture
    def reopen(self, schema):
        """
        Return what opens another store on the same tables.
        """
        opened = []

        def reopen(_):
            opened.append(PostgresStore(servers.POSTGRES, schema=schema))
            return opened[-1]

        yield reopen
        for store in opened:
            store.close()


class TestAsyncPostgresStore(AsyncStoreContract):
    """
    The same promises, each call awaited.
    """

    story_length = 2
    one_story_in = 3
    outlives = True

    @pytest.fixture
    def opening(self, schema):
        """
        Return what opens a store on tables that are empty the first time.
        """

        @asynccontextmanager
        async def opened():
            async with AsyncPostgresStore(servers.QUICK, schema=schema) as store:
                yield store

        return opened
