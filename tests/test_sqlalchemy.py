"""
Cases in databases behind SQLAlchemy: the contract on each of them, and joined transactions.
"""

import re
import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Barrier
from time import sleep

import pymysql
import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.config import main as alembic_main
from alembic.runtime.migration import MigrationContext
from attrs import evolve
from sqlalchemy import create_engine
from sqlalchemy.dialects import mysql, oracle
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from complaintflow import Desk
from complaintflow.acts import Withdraw
from complaintflow.adapters import store_from_url
from complaintflow.adapters.postgres import PostgresStore
from complaintflow.adapters.sqlalchemy import (
    SqlalchemyStore,
    _errors,
    add_tables,
    metadata,
    versions,
)
from complaintflow.errors import Conflict, EvidenceError, StoreError
from complaintflow.methods import six_steps
from complaintflow.ports import Query
from complaintflow.testing import RecordingNotifier, StoreContract

from . import servers
from .store_worker import a_step

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


@contextmanager
def an_empty_database(kind, path):
    """
    Give the URL of a database without our tables, and the schema they are to be in.
    """
    if kind == "sqlite":
        yield f"sqlite:///{path}", None
    elif kind == "mariadb":
        with servers.a_database() as url:
            yield url, None
    else:
        with servers.a_schema() as schema, servers.on_postgres() as connection:
            connection.execute(f'CREATE SCHEMA "{schema}"')
            yield PSYCOPG, schema


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
    processes = True

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

    @pytest.fixture
    def connect(self, tmp_path):
        """
        Return what opens the same file in another process.
        """
        return partial(store_from_url, f"sqlite+pysqlite:///{tmp_path}/cases?timeout=30")


class TestOnPostgres(StoreContract):
    """
    PostgreSQL keeps the promises through SQLAlchemy.
    """

    story_length = 2
    one_story_in = 3
    processes = True

    @pytest.fixture
    def connect(self, on_postgres):
        """
        Return what opens the same tables in another process.
        """
        schema = on_postgres._tables.case.schema
        return partial(store_from_url, f"{PSYCOPG}%20-csearch_path%3D{schema}")

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
    processes = True

    @pytest.fixture
    def connect(self, on_mariadb):
        """
        Return what opens the same tables in another process.
        """
        url = on_mariadb._engine.url.render_as_string(hide_password=False)
        return partial(store_from_url, url)

    @pytest.fixture
    def store(self, on_mariadb):
        """
        Return a store that holds nothing.
        """
        return emptied(on_mariadb)


class TestWithoutSkipLocked(StoreContract):
    """
    Where a database cannot go past locked rows, workers try for them, and one gets each.
    """

    story_length = 1

    @pytest.fixture
    def store(self, on_postgres):
        """
        Return a store that holds nothing, on a database that is taken for an older one.
        """
        emptied(on_postgres)
        schema = on_postgres._tables.case.schema
        return SqlalchemyStore(on_postgres._engine, schema=schema, skip_locked=False)


@pytest.fixture
def on_sqlite(tmp_path):
    """
    Return a store on a SQLite file.
    """
    engine = create_engine(f"sqlite:///{tmp_path}/host", connect_args={"timeout": 0.1})
    store = SqlalchemyStore(engine)
    store.create_schema()
    yield store
    engine.dispose()


@pytest.fixture(params=["on_sqlite", "on_postgres", "on_mariadb"])
def store(request):
    """
    Return an empty store, on one database after the other.
    """
    return emptied(request.getfixturevalue(request.param))


@pytest.fixture
def ticket(store):
    """
    Return a table of the host's, beside ours.
    """
    table = sqlalchemy.Table(
        "host_ticket",
        sqlalchemy.MetaData(schema=store._tables.case.schema),
        sqlalchemy.Column("id", sqlalchemy.String(40), primary_key=True),
    )
    table.create(store._engine, checkfirst=True)
    with store._engine.begin() as connection:
        connection.execute(table.delete())
    return table


def tickets(store, ticket):
    """
    Return the tickets that are there for everybody.
    """
    with store._engine.connect() as connection:
        return list(connection.scalars(sqlalchemy.select(ticket.c.id)))


class TestJoiningATransaction:
    """
    A ticket and its case stand or fall together, on every database.
    """

    def test_both_are_kept(self, store, ticket):
        """
        The host commits once.
        """
        with store._engine.begin() as connection:
            connection.execute(ticket.insert().values(id="ticket-42"))
            store.joining(connection).commit(a_step("ticket-42", 1))

        assert 1 == store.load("ticket-42").version
        assert ["ticket-42"] == tickets(store, ticket)

    def test_neither_is_kept(self, store, ticket):
        """
        Also when the case came first: releasing our savepoint must not commit it.
        """
        with store._engine.connect() as connection:
            store.joining(connection).commit(a_step("ticket-42", 1))
            connection.execute(ticket.insert().values(id="ticket-42"))
            connection.rollback()

        assert store.load("ticket-42") is None
        assert [] == tickets(store, ticket)

    @pytest.mark.parametrize("expected", [0, 1])
    def test_a_conflict_leaves_the_hosts_work_alone(self, store, ticket, expected):
        """
        The host may decide anew in the same transaction: of versions, and of a key.
        """
        key = evolve(a_step("ticket-42", 1).records[0], key="msg-1")
        store.commit(evolve(a_step("ticket-42", 1), records=(key,)))
        again = a_step("ticket-42", expected + 1)
        if expected:
            again = evolve(again, records=(evolve(again.records[0], key="msg-1"),))
        with store._engine.begin() as connection:
            connection.execute(ticket.insert().values(id="ticket-42"))
            joined = store.joining(connection)
            with pytest.raises(Conflict):
                joined.commit(again)
            joined.commit(a_step("ticket-42", 2))

        assert 2 == store.load("ticket-42").version
        assert ["ticket-42"] == tickets(store, ticket)

    @pytest.mark.parametrize("server", ["on_postgres", "on_mariadb"])
    def test_a_step_that_came_too_late_is_not_taken_for_a_key(self, server, request):
        """
        At REPEATABLE READ, MariaDB's default, the host still sees the version it began with.
        """
        store = emptied(request.getfixturevalue(server))
        store.commit(a_step("ticket-42", 1))
        with store._engine.connect() as connection, connection.begin():
            assert 1 == store.joining(connection).load("ticket-42").version
            store.commit(a_step("ticket-42", 2))
            with pytest.raises(Conflict, match=r"is at .*version.*: somebody acted in between"):
                store.joining(connection).commit(a_step("ticket-42", 2))

    def test_a_transaction_that_sees_what_it_saw_first_is_to_be_begun_anew(self, on_postgres):
        """
        Trying again in it would be no use.
        """
        store = emptied(on_postgres)
        store.commit(a_step("ticket-42", 1))
        with store._engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                joined = store.joining(connection)
                assert 1 == joined.load("ticket-42").version
                store.commit(a_step("ticket-42", 2))
                told = r"nothing of it was kept; roll back the transaction"
                with pytest.raises(StoreError, match=told):
                    joined.commit(a_step("ticket-42", 2))

    def test_there_must_be_a_transaction_to_join(self, store):
        """
        One connection commits each statement by itself, and the next step would stand alone.
        """
        engine = store._engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            joined = store.joining(connection)
            for ask in (
                lambda: joined.commit(a_step("ticket-42", 1)),
                lambda: joined.load("ticket-42"),
            ):
                with pytest.raises(StoreError, match="commits each statement by itself"):
                    ask()
            connection.commit()
        assert store.load("ticket-42") is None

    def test_a_host_may_begin_the_transactions_of_sqlite_itself(self, on_sqlite):
        """
        As SQLAlchemy's documentation advises; the driver then seems to commit by itself.
        """
        engine = create_engine(on_sqlite._engine.url)

        @sqlalchemy.event.listens_for(engine, "connect")
        def leave_it_to_us(lent, _):
            lent.isolation_level = None

        @sqlalchemy.event.listens_for(engine, "begin")
        def begin(connection):
            connection.exec_driver_sql("BEGIN")

        with engine.connect() as connection:
            on_sqlite.joining(connection).commit(a_step("ticket-1", 1))
            connection.rollback()
            on_sqlite.joining(connection).commit(a_step("ticket-2", 1))
            connection.commit()
        engine.dispose()

        assert ["ticket-2"] == [found.case_id for found in on_sqlite.find(Query())]

    @pytest.mark.parametrize("host", [None, "a connection"])
    def test_what_is_no_connection_is_not_joined(self, on_sqlite, host):
        """
        It is told at once, and nothing is written anywhere.
        """
        with pytest.raises(EvidenceError, match="host must be a Connection or a Session"):
            on_sqlite.joining(host)

    def test_nobody_is_told_of_what_may_be_rolled_back(self, store):
        """
        What goes out does so after the commit, from a desk whose store is its own.
        """
        notifier = RecordingNotifier()
        with store._engine.connect() as connection:
            desk = Desk(six_steps(), store=store.joining(connection), notifier=notifier)
            desk.open("ticket-42", customer="ana", complaint="It arrived broken", by="sam")
            desk.record("ticket-42", Withdraw(), by="sam")
            for took in (desk.deliver, desk.tick):
                with pytest.raises(StoreError, match="from a desk with a store of its own"):
                    took()
            connection.commit()

        assert [] == notifier.topics
        assert 1 == Desk(six_steps(), store=store, notifier=notifier).deliver().delivered

    def test_a_session_may_be_joined_for_as_long_as_it_lives(self, store, ticket):
        """
        A request has one session, and commits it more than once.
        """
        with Session(store._engine) as session:
            joined = store.joining(session)
            joined.commit(a_step("ticket-1", 1))
            session.rollback()
            joined.commit(a_step("ticket-2", 1))
            session.execute(ticket.insert().values(id="ticket-2"))
            session.commit()
            assert 1 == joined.load("ticket-2").version

        assert (None, 1) == (store.load("ticket-1"), store.load("ticket-2").version)
        assert ["ticket-2"] == tickets(store, ticket)


class TestTheTables:
    """
    They are made by us, by Alembic or by PostgreSQL's own store, and are the same.
    """

    def migrated(self, engine, tmp_path, schema=None):
        """
        Run the migrations as a host does, with an environment of its own.
        """
        (tmp_path / "env.py").write_text(
            "from alembic import context\n"
            "connection = context.config.attributes['connection']\n"
            "context.configure(connection=connection)\n"
            "with context.begin_transaction():\n"
            "    context.run_migrations()\n"
        )
        config = Config()
        config.set_main_option("script_location", str(tmp_path))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", "complaintflow.adapters.sqlalchemy:versions")
        with engine.begin() as connection:
            if schema:
                connection.exec_driver_sql(f'SET search_path TO "{schema}"')
            config.attributes["connection"] = connection
            command.upgrade(config, "complaintflow@head")
            if schema:
                connection.exec_driver_sql("RESET search_path")
        return config

    def differences(self, connection, to):
        """
        Return what Alembic would change to have our tables; of the host's own it knows nothing.
        """
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    kind != "table" or name.startswith("complaintflow")
                ),
                "compare_type": True,
            },
        )
        return compare_metadata(context, to)

    def test_migrations_make_what_we_make_on_sqlite(self, tmp_path):
        """
        A host that migrates has what a host has that calls `create_schema`.
        """
        engine = create_engine(f"sqlite:///{tmp_path}/host")
        config = self.migrated(engine, tmp_path)
        with engine.connect() as connection:
            assert [] == self.differences(connection, metadata)

            connection.exec_driver_sql("DROP INDEX complaintflow_case_owner")
            assert 1 == len(self.differences(connection, metadata))
        SqlalchemyStore(engine).commit(a_step("ticket-42", 1))
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE INDEX complaintflow_case_owner ON complaintflow_case (owner, case_id)"
            )
            config.attributes["connection"] = connection
            command.downgrade(config, "complaintflow@base")
            assert ["alembic_version"] == sqlalchemy.inspect(connection).get_table_names()
        engine.dispose()

    def test_migrations_make_what_we_make_on_mariadb(self, tmp_path):
        """
        With its collations and its microseconds.
        """
        with servers.a_database() as url:
            engine = create_engine(url)
            self.migrated(engine, tmp_path)
            with engine.connect() as connection:
                assert [] == self.differences(connection, metadata)
                (made,) = connection.exec_driver_sql("SHOW CREATE TABLE complaintflow_entry")
            assert "`key` varchar(255)" in made[1]
            assert "utf8mb4_nopad_bin" in made[1]
            assert "datetime(6)" in made[1]
            SqlalchemyStore(engine).commit(a_step("ticket-42", 1))
            engine.dispose()

    @pytest.mark.parametrize("kind", ["sqlite", "postgres", "mariadb"])
    def test_whoever_makes_them_at_the_same_moment_finds_them_made(self, tmp_path, kind):
        """
        Several workers start at once, on an empty database.
        """
        for number in range(3):
            with an_empty_database(kind, tmp_path / f"{number}.db") as (url, schema):
                engines = [create_engine(url) for _ in range(4)]
                gate = Barrier(4)

                def make(engine, gate=gate, schema=schema):
                    gate.wait()
                    SqlalchemyStore(engine, schema=schema).create_schema()

                with ThreadPoolExecutor(4) as pool:
                    list(pool.map(make, engines))
                SqlalchemyStore(engines[0], schema=schema).commit(a_step("ticket-42", 1))
                for engine in engines:
                    engine.dispose()

    def test_what_was_broken_off_is_made_whole(self, tmp_path):
        """
        MariaDB keeps each table as it is made, also when the process dies before the next.
        """
        engine = create_engine(f"sqlite:///{tmp_path}/host")
        SqlalchemyStore(engine).create_schema()
        with engine.begin() as connection:
            for broken in (
                "DELETE FROM complaintflow_schema",
                "DROP TABLE complaintflow_outbox",
                "DROP INDEX complaintflow_case_owner",
            ):
                connection.exec_driver_sql(broken)

        SqlalchemyStore(engine).create_schema()

        SqlalchemyStore(engine).commit(a_step("ticket-42", 1))
        with engine.connect() as connection:
            assert [] == self.differences(connection, metadata)
        engine.dispose()

    def test_tables_of_another_version_are_left_alone(self, tmp_path):
        """
        What is missing in them may be missing for a reason.
        """
        engine = create_engine(f"sqlite:///{tmp_path}/host")
        SqlalchemyStore(engine).create_schema()
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE complaintflow_schema SET version = 99")
            connection.exec_driver_sql("DROP TABLE complaintflow_outbox")

        with pytest.raises(StoreError, match="tables of version 99"):
            SqlalchemyStore(engine).create_schema()

        assert not sqlalchemy.inspect(engine).has_table("complaintflow_outbox")
        engine.dispose()

    def test_all_ways_make_the_same_on_postgres(self, tmp_path):
        """
        So that a host may use one store in its requests, and the other in its workers.
        """
        engine = create_engine(PSYCOPG)
        with servers.a_schema() as ours, servers.a_schema() as theirs:
            with PostgresStore(servers.QUICK, schema=ours) as store:
                store.create_schema()
                SqlalchemyStore(engine, schema=ours).commit(a_step("ticket-42", 1))
                store.commit(a_step("ticket-42", 2))
                assert 2 == SqlalchemyStore(engine, schema=ours).load("ticket-42").version
            with servers.on_postgres() as connection:
                connection.execute(f'CREATE SCHEMA "{theirs}"')
            self.migrated(engine, tmp_path, theirs)
            for schema in (ours, theirs):
                with engine.connect() as connection:
                    connection.exec_driver_sql(f'SET search_path TO "{schema}"')
                    assert [] == self.differences(connection, metadata)
                    connection.rollback()
            assert columns_of(ours) == columns_of(theirs)
        engine.dispose()

    def test_migrations_of_a_host_go_into_its_own_folder(self, tmp_path, monkeypatch):
        """
        Its first one and those after it, by the settings and commands of the how-to.
        """
        page = (Path(__file__).parents[1] / "docs/how-to/choose-a-store.md").read_text("utf-8")
        [settings] = re.findall(r"```ini\n(.*?)```", page, re.DOTALL)
        commands = re.findall(r"^alembic (.*)$", page, re.MULTILINE)
        ours = Path(versions.__file__).parent
        before = {path.name for path in ours.glob("*.py")}
        monkeypatch.chdir(tmp_path)
        Path("migrations/versions").mkdir(parents=True)
        Path("alembic.ini").write_text(settings)
        Path("migrations/script.py.mako").write_text(
            "revision = ${repr(up_revision)}\n"
            "down_revision = ${repr(down_revision)}\n"
            "branch_labels = ${repr(branch_labels)}\n"
            "def upgrade():\n    pass\n"
        )
        Path("migrations/env.py").write_text(
            "from alembic import context\n"
            "from sqlalchemy import create_engine\n"
            "with create_engine('sqlite:///host').connect() as connection:\n"
            "    context.configure(connection=connection)\n"
            "    with context.begin_transaction():\n"
            "        context.run_migrations()\n"
        )

        for line in commands:
            alembic_main(shlex.split(line))

        made = sorted(path.name.partition("_")[2] for path in Path("migrations/versions").iterdir())
        assert ["add_tickets.py", "first.py"] == [name for name in made if name.endswith(".py")]
        assert before == {path.name for path in ours.glob("*.py")}
        engine = create_engine("sqlite:///host")
        SqlalchemyStore(engine).commit(a_step("ticket-42", 1))
        engine.dispose()

    def test_they_stand_in_the_metadata_of_a_host(self):
        """
        Its Alembic compares that with the database.
        """
        own = sqlalchemy.MetaData()
        tables = add_tables(own)

        assert tables.case is add_tables(own).case
        assert set(metadata.tables) == set(own.tables)

    def test_another_database_has_plain_types(self):
        """
        Where nothing better is known; and MySQL has a name of its own for the collation.
        """
        for dialect, wanted in {
            oracle.dialect(): "VARCHAR2(255 CHAR)",
            mysql.dialect(): "VARCHAR(255) COLLATE utf8mb4_0900_bin",
        }.items():
            made = str(CreateTable(metadata.tables["complaintflow_case"]).compile(dialect=dialect))
            assert f"customer {wanted}" in made


class TestASqlalchemyStoreThatCannotBeUsed:
    """
    It says why, and what to do; nothing is half done, and it goes on when the cause is gone.
    """

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql+psycopg://postgres@127.0.0.1:1/test",
            "mysql+pymysql://root@127.0.0.1:1/test",
            "sqlite:////nowhere/at/all",
        ],
    )
    def test_nothing_answers(self, url):
        """
        The first thing one gets wrong is the address.
        """
        store = SqlalchemyStore(create_engine(url))

        with pytest.raises(StoreError, match=r"cannot be reached: .*correct its address"):
            store.load("ticket-42")
        with pytest.raises(StoreError, match=r"cannot be reached: .*correct its address"):
            store.create_schema()

    def test_what_was_not_kept_is_told_only_of_what_was_to_be_kept(self, store):
        """
        Whoever reads keeps nothing.
        """
        for read in (lambda: store.load("\ud800"), lambda: store.find(Query(state="\ud800"))):
            with pytest.raises(StoreError, match=r"cannot do this: .* surrogates not allowed$"):
                read()
        with pytest.raises(StoreError, match=r"cannot do this: .*; nothing of it was kept$"):
            store.settle("\ud800")

    @pytest.mark.parametrize("kind", ["undone", "waited", "locked", "read-only", "full"])
    def test_whatever_it_was_a_read_is_not_said_to_be_lost(self, monkeypatch, kind):
        """
        And a write is.
        """
        monkeypatch.setattr(_errors, "kind_of", lambda error: kind)
        read, write = (
            str(_errors.explain(ValueError("x"), writes=writes)) for writes in (False, True)
        )

        assert "nothing of it was kept; " in write
        assert write.replace("nothing of it was kept; ", "") == read

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (1045, "this user of the database may not do this (Access denied)"),
            (1698, "this user of the database may not do this (Access denied)"),
            (
                1049,
                "the database cannot be reached: Access denied; start it, or correct its address",
            ),
        ],
    )
    def test_mariadb_lets_nobody_in(self, number, said):
        """
        A wrong password, another way to log in, and a database that there is not.
        """
        error = pymysql.err.OperationalError(number, "Access denied")
        wrapped = sqlalchemy.exc.OperationalError("", {}, error)

        assert str(_errors.explain(wrapped, writes=True)).startswith(said)

    def test_there_are_no_tables(self, store):
        """
        They are made on purpose.
        """
        engine = store._engine
        if engine.dialect.name == "sqlite":
            engine = create_engine("sqlite://")
            missing = SqlalchemyStore(engine)
        else:
            missing = SqlalchemyStore(engine, schema="nowhere")

        with pytest.raises(StoreError, match=r"no complaintflow tables.*create_schema\(\)"):
            missing.load("ticket-42")
        if engine is not store._engine:
            engine.dispose()

    def test_the_tables_are_of_another_version(self, store):
        """
        What is not understood is not touched; making them again changes nothing either.
        """
        other = SqlalchemyStore(store._engine, schema=store._tables.case.schema)
        schema = store._tables.schema
        with store._engine.begin() as connection:
            connection.execute(schema.update().values(version=7))
        try:
            for use in (other.create_schema, lambda: other.load("ticket-42")):
                with pytest.raises(StoreError, match=r"of version 7.* knows version 1: run"):
                    use()
        finally:
            with store._engine.begin() as connection:
                connection.execute(schema.update().values(version=1))
        other.create_schema()

        assert other.load("ticket-42") is None

    def test_it_is_locked(self, store):
        """
        Somebody holds the case; it says so, nothing is kept, and goes on when the lock is gone.
        """
        store.commit(a_step("ticket-42", 1))
        case, name = store._tables.case, store._engine.dialect.name
        wait = {
            "postgresql": "SET lock_timeout = '100ms'",
            "mysql": "SET innodb_lock_wait_timeout = 1",
            "sqlite": "PRAGMA busy_timeout = 100",
        }
        with store._engine.connect() as holder, store._engine.connect() as connection:
            if name == "sqlite":
                holder.exec_driver_sql("BEGIN IMMEDIATE")
            holder.execute(case.update().values(state="held"))
            connection.exec_driver_sql(wait[name])
            with pytest.raises(StoreError, match="is locked"):
                store.joining(connection).commit(a_step("ticket-42", 2))
            connection.rollback()
            holder.rollback()
            connection.invalidate()
        store.commit(a_step("ticket-42", 2))

        assert [1, 2] == [record.version for record in store.history("ticket-42")]

    def test_it_is_read_only(self, store):
        """
        A replica that was named instead of the primary; and reading goes on.
        """
        store.commit(a_step("ticket-42", 1))
        only = {
            "postgresql": "SET TRANSACTION READ ONLY",
            "mysql": "SET SESSION TRANSACTION READ ONLY",
            "sqlite": "PRAGMA query_only = 1",
        }
        with store._engine.connect() as connection:
            connection.exec_driver_sql(only[store._engine.dialect.name])
            if store._engine.dialect.name == "mysql":
                connection.rollback()
            joined = store.joining(connection)
            assert 1 == joined.load("ticket-42").version
            with pytest.raises(StoreError, match="is read-only"):
                joined.commit(a_step("ticket-42", 2))
            connection.rollback()
            connection.invalidate()

        assert 1 == store.load("ticket-42").version

    def test_the_line_is_cut(self, store):
        """
        Reading connects anew; a step says once that it is not known, and then goes on.
        """
        if store._engine.dialect.name == "sqlite":
            pytest.skip("a file has no line to be cut")
        store.commit(a_step("ticket-42", 1))
        cut_the_lines_of(store)

        assert 1 == store.load("ticket-42").version

        cut_the_lines_of(store)
        with pytest.raises(StoreError, match="whether it was is not known"):
            store.commit(a_step("ticket-42", 2))
        store.commit(a_step("ticket-42", 2))

        assert [1, 2] == [record.version for record in store.history("ticket-42")]

    def test_every_connection_is_in_use(self, tmp_path):
        """
        A pool that is too small is told from a server that is down.
        """
        engine = create_engine(
            f"sqlite:///{tmp_path}/host", pool_size=1, max_overflow=0, pool_timeout=0.1
        )
        store = SqlalchemyStore(engine)
        store.create_schema()
        with engine.connect(), pytest.raises(StoreError, match="every connection"):
            store.load("ticket-42")
        engine.dispose()

    def test_deadlocks_are_tried_again(self, store, monkeypatch):
        """
        One of two has to give way, and neither hears of it.
        """
        failures = [1213, 1205]
        keep = SqlalchemyStore._keep

        def fail_first(self, connection, change):
            keep(self, connection, change)
            if failures:
                said = pymysql.err.OperationalError(failures.pop(), "Deadlock found")
                raise sqlalchemy.exc.OperationalError("", {}, said)

        monkeypatch.setattr(SqlalchemyStore, "_keep", fail_first)

        store.commit(a_step("ticket-42", 1))

        assert ([], 1) == (failures, store.load("ticket-42").version)


class TestAUrl:
    """
    A worker is told its store by a URL, as it stands in a configuration.
    """

    def test_a_file_is_a_sqlite_store(self, tmp_path, monkeypatch):
        """
        Below the folder one is in, or from the root.
        """
        monkeypatch.chdir(tmp_path)
        for url in ("sqlite:///my%20cases.db", f"sqlite:///{tmp_path}/my cases.db"):
            with store_from_url(url) as store:
                assert f"SqliteStore('{tmp_path}/my cases.db')" == repr(store)

    def test_postgres_has_a_store_of_its_own(self):
        """
        The schema is ours, everything else is libpq's.
        """
        url = "postgresql://me:secret@127.0.0.1:1/x?connect_timeout=2&schema=our%20own"
        with store_from_url(url) as store:
            assert "PostgresStore(schema='our own')" == repr(store)
            assert "postgresql://me:secret@127.0.0.1:1/x?connect_timeout=2" == store._conninfo

    def test_a_url_is_no_engine(self):
        """
        The other stores take a text; this one says how to make an engine of it, and no password.
        """
        for given in ("mysql://me:secret@host/cases", None):
            with pytest.raises(EvidenceError) as no:
                SqlalchemyStore(given)

            assert (
                "SqlalchemyStore: engine must be an Engine of SQLAlchemy: create_engine(url)"
            ) == str(no.value)

    def test_everything_else_is_for_sqlalchemy(self):
        """
        Its password is in no message.
        """
        store = store_from_url("mysql+pymysql://me:secret@127.0.0.1:1/x")

        assert "SqlalchemyStore(mysql+pymysql://me:***@127.0.0.1:1/x)" == repr(store)

    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("cases.db", "is no URL of a store; they look like"),
            ("sqlite://", "names no file"),
            ("sqlite:///cases?mode=ro", "names no file"),
            ("nosuch://me:secret@host/x", "'nosuch://me@host/x' names no database"),
            ("mysql+nosuch://host/x", "install its driver"),
        ],
    )
    def test_a_wrong_one_is_told(self, url, why):
        """
        In one line, and without the password.
        """
        with pytest.raises(StoreError) as error:
            store_from_url(url)

        assert why in str(error.value)
        assert "secret" not in str(error.value)

    @pytest.mark.parametrize(
        ("url", "extra", "module"),
        [
            ("postgresql://host/x", "postgres", "psycopg"),
            ("mysql://host/x", "sqlalchemy", "sqlalchemy"),
        ],
    )
    def test_a_missing_extra_is_named(self, url, extra, module, monkeypatch):
        """
        And how to install it.
        """
        ours = f"complaintflow.adapters.{extra}"
        for name in [name for name in sys.modules if name.startswith(ours)]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, module, None)

        with pytest.raises(StoreError, match=rf"pip install 'complaintflow\[{extra}\]'"):
            store_from_url(url)


def columns_of(schema):
    """
    Return the columns of our tables on PostgreSQL, with types, collations and defaults.
    """
    with servers.on_postgres() as connection:
        return connection.execute(
            "SELECT table_name, column_name, data_type, collation_name, is_nullable, is_identity "
            "FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name LIKE 'complaintflow%%' ORDER BY 1, 2",
            [schema],
        ).fetchall()


def cut_the_lines_of(store):
    """
    End the only connection of a store, as a server does that is shut down.
    """
    store._engine.dispose()
    is_postgres = store._engine.dialect.name == "postgresql"
    asked = "SELECT pg_backend_pid()" if is_postgres else "SELECT connection_id()"
    end = "SELECT pg_terminate_backend({})" if is_postgres else "KILL {}"
    with store._engine.connect() as connection:
        pid = connection.exec_driver_sql(asked).scalar()
    other = create_engine(store._engine.url)
    with other.connect() as connection:
        connection.exec_driver_sql(end.format(pid))
    other.dispose()
    sleep(0.2)
