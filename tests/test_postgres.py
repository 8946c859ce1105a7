"""
Cases in PostgreSQL: the contract on a real server, and what it says when the server fails.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from time import monotonic, sleep

import psycopg
import pytest
from attrs import evolve
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from complaintflow.adapters.postgres import AsyncPostgresStore, PostgresStore, _store
from complaintflow.adapters.postgres.__main__ import main
from complaintflow.errors import Conflict, EvidenceError, StoreError
from complaintflow.ports import Query
from complaintflow.testing import AsyncStoreContract, StoreContract

from . import servers
from .store_worker import NOW, a_step
from .test_stores import _finished, _workers


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

    story_length = 2
    one_story_in = 2
    processes = True

    @pytest.fixture
    def store(self, opened, schema):
        """
        Return a store that holds nothing.
        """
        return opened

    @pytest.fixture
    def connect(self, schema):
        """
        Return what opens the same tables in another process.
        """
        return partial(PostgresStore, servers.QUICK, schema=schema)

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
    processes = True

    @pytest.fixture
    def connect(self, schema):
        """
        Return what opens the same tables in another process.
        """
        return partial(PostgresStore, servers.QUICK, schema=schema)

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


@contextmanager
def raw(**options):
    """
    Give a connection of the host's.
    """
    with psycopg.connect(servers.QUICK, **options) as connection:
        yield connection


class TestJoiningATransaction:
    """
    A ticket and its case stand or fall together.
    """

    @pytest.fixture(autouse=True)
    def tickets(self, opened, schema):
        """
        Make a table of the host's, beside ours.
        """
        opened.load("nothing")
        with servers.on_postgres() as connection:
            connection.execute(f'CREATE TABLE IF NOT EXISTS "{schema}".ticket (id text)')
            connection.execute(f'DELETE FROM "{schema}".ticket')

    def test_both_are_kept(self, opened, schema):
        """
        The host commits once.
        """
        with raw() as connection:
            connection.execute(f"INSERT INTO \"{schema}\".ticket VALUES ('ticket-42')")
            opened.joining(connection).commit(a_step("ticket-42", 1))
            assert opened.load("ticket-42") is None
            connection.commit()

            assert 1 == opened.load("ticket-42").version
            tickets = connection.execute(f'SELECT * FROM "{schema}".ticket').fetchall()
            assert [("ticket-42",)] == tickets

    def test_neither_is_kept(self, opened, schema):
        """
        Also when the case came first, and nothing had begun a transaction before it.
        """
        with raw() as connection:
            opened.joining(connection).commit(a_step("ticket-42", 1))
            connection.execute(f"INSERT INTO \"{schema}\".ticket VALUES ('ticket-42')")
            connection.rollback()

            assert opened.load("ticket-42") is None
            assert [] == connection.execute(f'SELECT * FROM "{schema}".ticket').fetchall()

    @pytest.mark.parametrize("refused", ["version", "key"])
    def test_a_conflict_leaves_the_hosts_work_alone(self, opened, schema, refused):
        """
        The host may decide anew in the same transaction, whatever the conflict was about.
        """
        opened.commit(keyed(a_step("ticket-42", 1)))
        again = a_step("ticket-42", 1) if refused == "version" else keyed(a_step("ticket-42", 2))
        with raw() as connection:
            connection.execute(f"INSERT INTO \"{schema}\".ticket VALUES ('ticket-42')")
            joined = opened.joining(connection)
            with pytest.raises(Conflict):
                joined.commit(again)
            joined.commit(a_step("ticket-42", 2))
            connection.commit()

            assert 2 == opened.load("ticket-42").version
            assert 1 == len(connection.execute(f'SELECT * FROM "{schema}".ticket').fetchall())

    def test_a_transaction_that_sees_what_it_saw_first_is_to_be_begun_anew(self, opened, schema):
        """
        Trying again in it would be no use.
        """
        opened.commit(a_step("ticket-42", 1))
        with raw() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            joined = opened.joining(connection)
            assert 1 == joined.load("ticket-42").version
            opened.commit(a_step("ticket-42", 2))
            with pytest.raises(StoreError, match=r"nothing of it was kept; roll back the transac"):
                joined.commit(a_step("ticket-42", 2))
            assert 1 == joined.load("ticket-42").version
            connection.rollback()

            joined.commit(a_step("ticket-42", 3))
            connection.commit()
        assert 3 == opened.load("ticket-42").version

    def test_rows_may_come_as_dicts(self, opened):
        """
        How a host reads its own rows is its own business.
        """
        with raw(row_factory=psycopg.rows.dict_row) as connection:
            joined = opened.joining(connection)
            joined.commit(a_step("ticket-42", 1))

            assert 1 == joined.load("ticket-42").version
            connection.rollback()

    def test_there_must_be_a_transaction(self, opened):
        """
        On a connection that commits by itself, nothing could be taken back together.
        """
        with raw(autocommit=True) as connection:
            joined = opened.joining(connection)
            with pytest.raises(StoreError, match=r"is in no transaction.*begin one first"):
                joined.commit(a_step("ticket-42", 1))
            with connection.transaction():
                joined.commit(a_step("ticket-42", 1))

        assert 1 == opened.load("ticket-42").version

    def test_it_must_not_have_failed(self, opened):
        """
        PostgreSQL takes nothing more then, and would say so in its own words.
        """
        with raw() as connection:
            with pytest.raises(psycopg.errors.UndefinedTable):
                connection.execute("SELECT * FROM no_such_table")
            with pytest.raises(StoreError, match=r"has failed already.*roll it back"):
                opened.joining(connection).load("ticket-42")
            connection.close()
            with pytest.raises(StoreError, match="closed, or cut"):
                opened.joining(connection).load("ticket-42")

    def test_what_is_no_connection_is_not_joined(self, schema):
        """
        Without one the store would commit by itself, in a transaction of its own.
        """
        for made in (PostgresStore, AsyncPostgresStore):
            for host in (None, "a connection"):
                with pytest.raises(EvidenceError, match="connection must be a psycopg"):
                    made(servers.QUICK, schema=schema).joining(host)

    def test_nobody_is_told_of_what_may_be_rolled_back(self, opened, schema):
        """
        What goes out does so after the commit, from a store of its own.
        """
        opened.commit(a_step("ticket-42", 1))
        taking = {"now": NOW, "until": NOW, "limit": 1}
        told = "joined to a transaction.*from a desk with a store of its own"

        async def awaited():
            async with (
                AsyncPostgresStore(servers.QUICK, schema=schema) as store,
                await psycopg.AsyncConnection.connect(servers.QUICK) as connection,
            ):
                joined = store.joining(connection)
                with pytest.raises(StoreError, match=told):
                    await joined.claim(**taking)
                with pytest.raises(StoreError, match=told):
                    await joined.wake(**taking, methods=[])

        with raw() as connection:
            joined = opened.joining(connection)
            with pytest.raises(StoreError, match=told):
                joined.claim(**taking)
            with pytest.raises(StoreError, match=told):
                joined.wake(**taking, methods=[])
        asyncio.run(awaited())

        assert 1 == len(opened.claim(**taking))

    def test_it_is_awaited_likewise(self, opened, schema):
        """
        Both stores join; here one is rolled back, and one is kept.
        """

        async def both():
            async with AsyncPostgresStore(servers.QUICK, schema=schema) as store:
                connection = await psycopg.AsyncConnection.connect(servers.QUICK)
                async with connection:
                    joined = store.joining(connection)
                    await joined.commit(a_step("ticket-1", 1))
                    await connection.rollback()
                    await joined.commit(a_step("ticket-2", 1))
                    with pytest.raises(Conflict):
                        await joined.commit(a_step("ticket-2", 1))
                return await store.load("ticket-1"), await store.load("ticket-2")

        lost, kept = asyncio.run(both())

        assert (None, 1) == (lost, kept.version)


class TestAPostgresStoreThatCannotBeUsed:
    """
    It says why, and what to do; nothing is half done, and it goes on when the cause is gone.
    """

    @pytest.mark.parametrize("kind", [PostgresStore, AsyncPostgresStore])
    def test_what_it_is_made_of_is_looked_at_before_anything_is_asked_of_it(self, kind):
        """
        An environment variable that is not set is None, and would be found out by the first call.
        """
        with pytest.raises(EvidenceError) as no:
            kind(None, schema=None, timeout="10", size=0)

        assert (
            f"{kind.__name__} has 4 problems:",
            (
                "- where must be a URL such as postgresql://host/database, or a pool of "
                "psycopg_pool, not None"
            ),
            "- schema must be the name of a schema, not None",
            "- timeout must be a number of at least 0, not '10'",
            "- size must be a number of connections, at least 1, not 0",
        ) == tuple(str(no.value).splitlines())

    @pytest.mark.parametrize("kind", [PostgresStore, AsyncPostgresStore])
    @pytest.mark.parametrize(
        "where", ["sqlite:///cases.db", "127.0.0.1:5432", "mysql://me:secret@host/cases"]
    )
    def test_what_is_no_address_is_told_without_what_may_be_a_password(self, kind, where):
        """
        The address of another database, or half of one.
        """
        with pytest.raises(StoreError) as no:
            kind(where)

        assert (
            f"{kind.__name__}: where is no address of a PostgreSQL database; "
            "they look like postgresql://user@host/database"
        ) == str(no.value)

    @pytest.mark.parametrize("kind", [PostgresStore, AsyncPostgresStore])
    def test_a_schema_in_the_address_is_told_where_it_belongs(self, kind):
        """
        A URL of a worker may name it, and is what one has at hand.
        """
        with pytest.raises(StoreError) as no:
            kind("postgresql://me:secret@127.0.0.1/test?schema=complaints")

        assert (
            f"{kind.__name__}: the address holds a schema, which is said beside it: "
            f"{kind.__name__}(url, schema='complaints'); store_from_url(url) takes it as it is"
        ) == str(no.value)

    @pytest.mark.parametrize("kind", [PostgresStore, AsyncPostgresStore])
    def test_an_option_that_the_driver_does_not_know_is_named(self, kind):
        """
        It is nearly always misspelt.
        """
        with pytest.raises(StoreError, match=r'no address .*"conect_timeout"; they look like'):
            kind("postgresql://127.0.0.1/test?conect_timeout=2")

    def test_nothing_answers(self):
        """
        The first thing one gets wrong is the port.
        """
        with PostgresStore("postgresql://postgres@127.0.0.1:1/test") as store:
            with pytest.raises(StoreError, match=r"cannot be reached.*correct its address"):
                store.load("ticket-42")
            with pytest.raises(StoreError, match="cannot be reached"):
                store.create_schema()

    def test_nothing_answers_any_more(self, schema):
        """
        The server went away after the store was made; the reason is found, and not a timeout.
        """
        with PostgresStore(servers.QUICK, schema=schema, timeout=0.2) as store:
            store._is_checked, store._conninfo = True, "postgresql://postgres@127.0.0.1:1/test"
            store._pool.conninfo = store._conninfo
            store._pool.open()

            with pytest.raises(StoreError, match=r"cannot be reached: .*correct its address"):
                store.load("ticket-42")

    def test_there_are_no_tables(self):
        """
        They are made on purpose, and by somebody who may.
        """
        store = PostgresStore(servers.POSTGRES, schema="complaintflow nowhere")
        with store, pytest.raises(StoreError, match=r"no complaintflow .*create_schema\(\)"):
            store.load("ticket-42")

    def test_the_tables_are_of_another_version(self):
        """
        What is not understood is not touched.
        """
        with servers.a_schema() as schema, PostgresStore(servers.QUICK, schema=schema) as store:
            store.create_schema()
            with servers.on_postgres() as connection:
                connection.execute(f'UPDATE "{schema}".complaintflow_schema SET version = 7')
            with PostgresStore(servers.QUICK, schema=schema) as other:
                for use in (other.create_schema, lambda: other.load("ticket-42")):
                    with pytest.raises(StoreError, match=r"of version 7.* knows version 1: use"):
                        use()

    def test_making_the_tables_twice_changes_nothing(self, opened, schema):
        """
        Every deployment runs it.
        """
        opened.commit(a_step("ticket-42", 1))
        opened.create_schema()

        assert 1 == opened.load("ticket-42").version

    def test_it_is_read_only(self, opened, schema):
        """
        A replica that was named instead of the primary; and reading goes on.
        """
        opened.commit(a_step("ticket-42", 1))
        url = servers.QUICK + "%20-cdefault_transaction_read_only%3Don"
        with PostgresStore(url, schema=schema) as store:
            with pytest.raises(StoreError, match=r"is read-only.*may be written"):
                store.commit(a_step("ticket-42", 2))

            assert 1 == store.load("ticket-42").version

    def test_it_is_locked(self, opened, schema):
        """
        It waits as long as it was told, and goes on when the lock is gone.
        """
        opened.commit(a_step("ticket-42", 1))
        with PostgresStore(servers.QUICK, schema=schema, timeout=0.1) as store:
            with raw() as connection:
                connection.execute(f'SELECT * FROM "{schema}".complaintflow_case FOR UPDATE')
                with pytest.raises(StoreError, match=r"is locked.*try again"):
                    store.commit(a_step("ticket-42", 2))
                connection.rollback()
            store.commit(a_step("ticket-42", 2))

            assert 2 == store.load("ticket-42").version

    def test_the_line_is_cut_between_two_calls(self, schema):
        """
        Reading connects anew; a step says once that it is not known, and then goes on.
        """
        with PostgresStore(servers.QUICK, schema=schema) as store:
            store.commit(a_step("ticket-42", 1))
            cut_the_lines_of(store)

            assert 1 == store.load("ticket-42").version

            cut_the_lines_of(store)
            with pytest.raises(StoreError, match="whether it was is not known"):
                store.commit(a_step("ticket-42", 2))
            store.commit(a_step("ticket-42", 2))

            assert [1, 2] == [record.version for record in store.history("ticket-42")]

    def test_the_line_is_cut_in_the_middle_of_a_step(self, opened, schema):
        """
        It waits for a lock when it is cut: none of it is there.
        """
        opened.commit(a_step("ticket-42", 1))
        with PostgresStore(servers.QUICK, schema=schema) as store, raw() as connection:
            store.load("ticket-42")
            connection.execute(f'SELECT * FROM "{schema}".complaintflow_case FOR UPDATE')
            with ThreadPoolExecutor(1) as threads:
                step = threads.submit(store.commit, a_step("ticket-42", 2))
                with servers.on_postgres() as watcher:
                    wait_for_a_lock(watcher, schema)
                cut_the_lines_of(store)
                with pytest.raises(StoreError, match="cut while version 2 of case 'ticket-42'"):
                    step.result()
            connection.rollback()

            assert [1] == [record.version for record in store.history("ticket-42")]
            assert [1] == [told.version for told in claimed(store)]
            store.commit(a_step("ticket-42", 2))

    def test_deadlocks_are_tried_again(self, opened, schema, monkeypatch):
        """
        One of two has to give way, and neither hears of it.
        """
        failures = [psycopg.errors.DeadlockDetected(), psycopg.errors.SerializationFailure()]
        send = _store._send

        def fail_first(connection, request):
            if failures:
                raise failures.pop()
            return send(connection, request)

        monkeypatch.setattr(_store, "_send", fail_first)

        opened.commit(a_step("ticket-42", 1))

        assert ([], 1) == (failures, opened.load("ticket-42").version)

    def test_deadlocks_are_not_tried_for_ever(self, opened, schema, monkeypatch):
        """
        It says what happened in the end.
        """

        def fail(connection, request):
            raise psycopg.errors.DeadlockDetected

        monkeypatch.setattr(_store, "_send", fail)

        with pytest.raises(StoreError, match="others were writing the same at once"):
            opened.commit(a_step("ticket-42", 1))

    def test_every_connection_is_in_use(self, schema):
        """
        A pool that is too small is told from a server that is down.
        """
        with PostgresStore(servers.QUICK, schema=schema, timeout=0.2, size=1) as store:
            store.load("ticket-42")
            with store._pool.connection(), pytest.raises(StoreError, match="has been in use for"):
                store.load("ticket-42")

    def test_it_was_closed(self, schema):
        """
        It does not open again by itself, and closing it twice is no mistake.
        """
        store, unused = (PostgresStore(servers.QUICK, schema=schema) for _ in range(2))
        store.load("ticket-42")
        for each in (store, unused):
            each.close()
            each.close()
            with pytest.raises(StoreError, match="was closed; make another"):
                each.load("ticket-42")

    def test_what_the_database_cannot_keep_is_said_in_one_line(self, opened, schema):
        """
        Anything else that it says is passed on.
        """
        change = a_step("ticket-42", 1)
        with pytest.raises(StoreError, match=r"the database cannot do this: .*nothing of it"):
            opened.commit(evolve(change, outbox=change.outbox * 2))

    def test_what_was_not_kept_is_told_only_of_what_was_to_be_kept(self, opened, schema):
        """
        Whoever reads keeps nothing; whoever claims or settles does.
        """
        bad = "\ud800"
        times = {"now": NOW, "until": NOW}
        for read in (
            lambda: opened.load(bad),
            lambda: opened.history(bad),
            lambda: opened.keyed("ticket-42", bad),
            lambda: opened.find(Query(state=bad)),
            lambda: opened.parked(after=bad),
        ):
            with pytest.raises(StoreError, match=r"cannot do this: .* surrogates not allowed$"):
                read()
        for write in (
            lambda: opened.commit(a_step(bad, 1)),
            lambda: opened.settle(bad),
            lambda: opened.wake(**times, limit=9, methods=[bad]),
            lambda: opened.claim(**times, limit=2**70),
        ):
            with pytest.raises(StoreError, match=r"cannot do this: .*; nothing of it was kept$"):
                write()

    @pytest.mark.parametrize("error", ["DeadlockDetected", "LockNotAvailable", "QueryCanceled"])
    def test_whatever_it_was_a_read_is_not_said_to_be_lost(self, opened, monkeypatch, error):
        """
        And a write is.
        """

        def fail(connection, request):
            raise getattr(psycopg.errors, error)

        monkeypatch.setattr(_store, "_send", fail)

        with pytest.raises(StoreError) as of_a_read:
            opened.load("ticket-42")
        with pytest.raises(StoreError, match="nothing of it was kept; try again") as of_a_write:
            opened.settle("t-1:1:1")
        assert str(of_a_write.value).replace("nothing of it was kept; ", "") == str(of_a_read.value)

    def test_an_awaited_one_says_the_same(self, schema):
        """
        It has the words of the other, and its own way to the database.
        """

        async def told():
            texts = []
            wrong_port = "postgresql://postgres@127.0.0.1:1/test"
            async with AsyncPostgresStore(wrong_port) as store:
                texts.append(await failing(store.load("ticket-42")))
            async with AsyncPostgresStore(servers.QUICK, schema="nowhere") as store:
                texts.append(await failing(store.load("ticket-42")))
            async with AsyncPostgresStore(
                servers.QUICK, schema=schema, timeout=0.2, size=1
            ) as store:
                await store.create_schema()
                await store.commit(a_step("ticket-42", 1))
                cut_the_lines_of(store)
                texts.append(await failing(store.commit(a_step("ticket-42", 2))))
                await store.commit(a_step("ticket-42", 2))
                async with store._pool.connection():
                    texts.append(await failing(store.load("ticket-42")))
                assert f"AsyncPostgresStore(schema={schema!r})" == repr(store)
                assert store.schema_sql().startswith("SELECT pg_advisory_xact_lock")
            texts.append(await failing(store.load("ticket-42")))
            unused = AsyncPostgresStore(servers.QUICK)
            await unused.close()
            texts.append(await failing(unused.load("ticket-42")))
            return texts

        texts = asyncio.run(told())

        for part, text in zip(
            ("reached", "no complaintflow", "not known", "in use", "closed", "closed"),
            texts,
            strict=True,
        ):
            assert part in text


class TestTimesThatAreNone:
    """
    PostgreSQL has times that Python has not, and one row with such a time hides no other.
    """

    @pytest.fixture(autouse=True)
    def eternity(self, opened, schema):
        """
        Have two cases, and write into the first of them what lasts for ever.
        """
        for case_id in ("t-1", "t-2"):
            step = a_step(case_id, 1)
            opened.commit(evolve(step, snapshot=evolve(step.snapshot, wake_at=NOW)))
        with psycopg.connect(servers.POSTGRES, autocommit=True) as connection:
            for table, column in (
                ("case", "due_at = 'infinity', wake_at"),
                ("entry", "at"),
                ("outbox", "at"),
            ):
                connection.execute(
                    f"UPDATE {schema}.complaintflow_{table} SET {column} = '-infinity'"
                    " WHERE case_id = 't-1'"
                )

    def test_they_are_told_as_texts(self, opened):
        """
        So whoever reads them can say which case it is.
        """
        later = NOW + timedelta(hours=1)
        woken = opened.wake(now=later, until=later, limit=9, methods=["six_steps/1/0123abcd"])
        told = opened.claim(now=later, until=later, limit=9)

        assert [("t-1", "infinity", "-infinity"), ("t-2", None, NOW)] == [
            (case.case_id, case.due_at, case.wake_at) for case in woken
        ]
        assert ["t-1", "t-2"] == [case.case_id for case in opened.find(Query())]
        assert [("t-1", "-infinity"), ("t-2", NOW)] == [(each.case_id, each.at) for each in told]
        assert ["-infinity"] == [record.at for record in opened.history("t-1")]

    def test_they_are_told_likewise_where_they_are_awaited(self, schema):
        """
        And on a connection of the host's.
        """

        async def script():
            async with AsyncPostgresStore(servers.POSTGRES, schema=schema) as store:
                return [case.due_at for case in await store.find(Query())]

        with (
            PostgresStore(servers.POSTGRES, schema=schema) as store,
            psycopg.connect(servers.POSTGRES) as connection,
        ):
            joined = [case.due_at for case in store.joining(connection).find(Query())]

        assert ["infinity", None] == joined == asyncio.run(script())


class TestPoolsOfTheHost:
    """
    A host that has a pool gives it, and closes it itself.
    """

    def test_a_pool_is_used_and_left_open(self, schema):
        """
        Also one whose connections do not commit by themselves.
        """
        with ConnectionPool(servers.QUICK, open=True, min_size=1) as pool:
            with PostgresStore(pool, schema=schema) as store:
                store.commit(a_step("ticket-42", 1))
            with PostgresStore(pool, schema=schema) as store:
                assert 1 == store.load("ticket-42").version

            with pool.connection() as connection:
                assert (1,) == connection.execute("SELECT 1").fetchone()

    def test_a_pool_is_awaited_likewise(self, schema):
        """
        The same, without threads.
        """

        async def version():
            async with AsyncConnectionPool(servers.QUICK, open=False, min_size=1) as pool:
                async with AsyncPostgresStore(pool, schema=schema) as store:
                    await store.commit(a_step("ticket-42", 1))
                async with AsyncPostgresStore(pool, schema=schema) as store:
                    return (await store.load("ticket-42")).version

        assert 1 == asyncio.run(version())


class TestMakingTheTables:
    """
    A DBA reads the SQL, and a deployment runs a command.
    """

    def test_the_command_makes_them(self, capsys, monkeypatch):
        """
        Twice is as good as once, and a wrong address is told in one line.
        """
        with servers.a_schema() as schema:
            argv = ["postgres", servers.POSTGRES, "--schema", schema]
            monkeypatch.setattr(sys, "argv", argv)
            assert [0, 0] == [main(), main()]
            with PostgresStore(servers.QUICK, schema=schema) as store:
                assert store.load("ticket-42") is None
        monkeypatch.setattr(sys, "argv", ["postgres", "postgresql://postgres@127.0.0.1:1/test"])

        assert 1 == main()
        told = capsys.readouterr()
        assert f"The tables are in schema {schema!r}.\n" * 2 == told.out
        assert 1 == len(told.err.splitlines())

    def test_the_schema_may_stand_in_the_url(self, capsys, monkeypatch):
        """
        As in every other command; said twice, and differently, it is not guessed which.
        """
        both = "&" if "?" in servers.POSTGRES else "?"
        with servers.a_schema() as schema:
            url = f"{servers.POSTGRES}{both}schema={schema}"
            monkeypatch.setattr(sys, "argv", ["postgres", url])
            assert 0 == main()
            assert f"The tables are in schema {schema!r}.\n" == capsys.readouterr().out
            monkeypatch.setattr(sys, "argv", ["postgres", url, "--schema", "other", "--sql"])
            with pytest.raises(SystemExit):
                main()
            assert f"the URL says {schema}, and --schema other" in capsys.readouterr().err

    def test_the_script_makes_them_too(self, capsys, monkeypatch):
        """
        Where the library may not make tables, somebody else runs the script.
        """
        with servers.a_schema() as schema:
            argv = ["postgres", "postgresql://nobody@nowhere/x", "--schema", schema, "--sql"]
            monkeypatch.setattr(sys, "argv", argv)
            assert 0 == main()
            with servers.on_postgres() as connection:
                connection.execute(capsys.readouterr().out)
            with PostgresStore(servers.QUICK, schema=schema) as store:
                store.commit(a_step("ticket-42", 1))

    def test_processes_that_make_them_at_once_do_not_disturb_each_other(self):
        """
        A deployment starts all its workers at once.
        """
        with servers.a_schema() as schema:

            def make(_):
                with PostgresStore(servers.QUICK, schema=schema) as store:
                    store.create_schema()

            with ThreadPoolExecutor(4) as threads:
                list(threads.map(make, range(4)))


class TestProcesses:
    """
    Four processes on the same cases: one order, and nothing is lost.
    """

    def test_no_version_is_lost_or_doubled(self, opened, schema):
        """
        Each takes twenty steps on one case, as fast as it can; losers hear of it and try again.
        """
        url = f"{servers.QUICK}&schema={schema}"
        with _workers(4, "write", url, "ticket-42", "20") as workers:
            kept = [int(version) for lines in _finished(workers) for version in lines]

        in_order = list(range(1, 81))
        assert in_order == sorted(kept)
        assert in_order == [record.version for record in opened.history("ticket-42")]
        assert in_order == [told.version for told in delivered(opened)]

    def test_no_notification_is_claimed_twice(self, opened, schema):
        """
        However many workers deliver, each e-mail is the work of one.
        """
        for number in range(60):
            opened.commit(a_step(f"ticket-{number:02}", 1))

        url = f"{servers.QUICK}&schema={schema}"
        with _workers(3, "claim", url) as workers:
            claims = [key for lines in _finished(workers) for key in lines]

        assert [f"ticket-{number:02}:1:1" for number in range(60)] == sorted(claims)


def keyed(change):
    """
    Return a step with an idempotency key.
    """
    return evolve(change, records=tuple(evolve(each, key="msg-1") for each in change.records))


def claimed(store):
    """
    Return what can be claimed.
    """
    return store.claim(now=NOW, until=NOW + timedelta(hours=1), limit=100)


def delivered(store):
    """
    Claim and settle until nothing is left, and return what was given out.
    """
    given = []
    while batch := claimed(store):
        for told in batch:
            store.settle(told.key)
        given += batch
    return given


def cut_the_lines_of(store):
    """
    End every connection of a store, as a server does that is shut down.
    """
    pids = [str(each.info.backend_pid) for each in store._pool._pool] or []
    schema = store._requests.schema
    with servers.on_postgres() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid = ANY(%s::int[]) OR (wait_event_type = 'Lock' AND query LIKE %s)",
            [pids, f'%"{schema}"%'],
        )
        give_up_at = monotonic() + 10
        asked = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s::int[])"
        while connection.execute(asked, [pids]).fetchone() != (0,):
            assert monotonic() < give_up_at
            sleep(0.01)


def wait_for_a_lock(connection, schema):
    """
    Wait until somebody waits for a lock on one of our tables.
    """
    give_up_at = monotonic() + 10
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
    while connection.execute(asked, [f'%"{schema}"%']).fetchone() == (0,):
        assert monotonic() < give_up_at
        sleep(0.01)


async def failing(awaited):
    """
    Return what an awaited call is refused with.
    """
    with pytest.raises(StoreError) as error:
        await awaited
    return str(error.value)
