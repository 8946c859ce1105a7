"""
Stores keep what was said: the contract, run by our own stores and by broken ones.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import create_engine

from complaintflow.adapters import store_from_url
from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore
from complaintflow.adapters.sqlalchemy import SqlalchemyStore
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.errors import Conflict, StoreError
from complaintflow.ports import Query
from complaintflow.testing import AsyncStoreContract, StoreContract

from .broken_stores import FOUND_BY, InOneFile, LocksOutThreadsOnly
from .store_worker import NOW, a_step

THOROUGH = os.environ.get("COMPLAINTFLOW_HYPOTHESIS_PROFILE") == "thorough"


class TestMemoryStore(StoreContract):
    """
    The specification keeps its own promises.
    """

    story_length = 2  # it is compared with itself
    long_stories = 2

    @pytest.fixture
    def store(self):
        """
        Return a store that holds nothing.
        """
        return MemoryStore()


class TestAsyncMemoryStore(AsyncStoreContract):
    """
    The same promises, each call awaited.
    """

    story_length = 2

    @pytest.fixture
    def opening(self):
        """
        Return what opens a store that holds nothing.
        """

        @asynccontextmanager
        async def opened():
            yield AsyncMemoryStore()

        return opened


class TestSqliteStore(StoreContract):
    """
    A file keeps the same promises, and keeps them for longer.
    """

    story_length = 5 if THOROUGH else 4
    processes = True

    @pytest.fixture
    def store(self, path):
        """
        Return a store that holds nothing.
        """
        with SqliteStore(path) as store:
            yield store

    @pytest.fixture
    def connect(self, path):
        """
        Return what opens the file in another process.
        """
        return partial(SqliteStore, path)

    @pytest.fixture
    def reopen(self, path):
        """
        Return what closes a store, and opens its file again.
        """
        opened = []

        def reopen(store):
            store.close()
            opened.append(SqliteStore(path))
            return opened[-1]

        yield reopen
        for store in opened:
            store.close()


@pytest.fixture
def path(tmp_path):
    """
    Return the name of a file that is not there yet.
    """
    return tmp_path / "cases"


@contextmanager
def foreign(path):
    """
    Open a file as another program would.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


class TestTheContract:
    """
    It notices what is wrong, and says so in a way that helps.
    """

    @pytest.mark.parametrize("broken", FOUND_BY, ids=lambda broken: broken.__name__)
    def test_it_rejects_a_store_with_a_mistake(self, broken):
        """
        A contract that lets mistakes pass makes them look like promises kept.
        """
        promise = getattr(StoreContract(), FOUND_BY[broken])

        with pytest.raises((Exception, pytest.fail.Exception)):
            promise(broken())

    def test_short_stories_find_half_of_the_mistakes_by_themselves(self):
        """
        What nobody has thought of is found by having thought of nothing.
        """
        found = 0
        for broken in FOUND_BY:
            contract = StoreContract()
            contract.story_length = 2
            try:
                contract.test_every_short_story_ends_as_in_the_memory_store(broken())
            except (Exception, pytest.fail.Exception):  # noqa: BLE001 (mistakes show in many ways)
                found += 1

        assert found >= len(FOUND_BY) / 2

    @pytest.mark.parametrize(
        ("kind", "outcomes"),
        [(InOneFile, {"passed": 3}), (LocksOutThreadsOnly, {"passed": 2, "failed": 1})],
    )
    def test_it_tells_a_lock_for_processes_from_one_for_threads(
        self, kind, outcomes, pytester, monkeypatch
    ):
        """
        What only one process sees protects nothing where there are several.
        """
        monkeypatch.syspath_prepend(Path(__file__).parents[1])
        pytester.makepyfile(
            f"""
            from functools import partial
            import pytest
            from complaintflow.testing import StoreContract
            from tests.broken_stores import {kind.__name__}

            class TestIt(StoreContract):
                processes = True

                @pytest.fixture
                def store(self, tmp_path):
                    return {kind.__name__}(tmp_path / "cases")

                @pytest.fixture
                def connect(self, tmp_path):
                    return partial({kind.__name__}, tmp_path / "cases")
            """
        )

        asked = "test_processes or test_of_threads_that_open or test_threads_claim"
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-k", asked)

        result.assert_outcomes(**outcomes)

    def test_a_store_for_processes_says_how_to_reach_it(self, pytester):
        """
        The flag alone cannot open a store somewhere else.
        """
        pytester.makepyfile(
            """
            import pytest
            from complaintflow.testing import StoreContract

            class TestIt(StoreContract):
                processes = True

                @pytest.fixture
                def store(self, memory_store):
                    return memory_store
            """
        )

        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-k", "test_processes_lose")

        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines("*needs the fixture `connect` in your subclass*")

    def test_long_stories_find_mistakes_too(self):
        """
        What Hypothesis draws is another net than what is counted through.
        """
        (broken,) = (store for store in FOUND_BY if store.__name__ == "TakesDeliveredForClaimed")
        contract = StoreContract()
        contract.long_stories = 50

        with pytest.raises(AssertionError, match="in the story: "):
            contract.test_long_stories_end_as_in_the_memory_store(broken())

    def test_it_is_run_by_subclassing_it(self, pytester):
        """
        A host writes one fixture; what a store cannot do is marked, and not struck out.
        """
        pytester.makepyfile(
            """
            import pytest
            from complaintflow.testing import StoreContract

            class TestGood(StoreContract):
                story_length = 1
                long_stories = 1

                @pytest.fixture
                def store(self, memory_store):
                    return memory_store

            class TestForOneThread(TestGood):
                threads = False

            class TestHonest(TestGood):
                @pytest.mark.xfail(reason="our ids are numbers")
                def test_every_id_is_a_case_of_its_own(self, store):
                    raise AssertionError

            class TestSilent(TestGood):
                test_every_id_is_a_case_of_its_own = None
            """
        )

        result = pytester.runpytest_inprocess("-p", "no:cacheprovider")

        promises = len([name for name in dir(StoreContract) if name.startswith("test_")])
        result.assert_outcomes(
            passed=4 * (promises - 2) - 6 - 1 - 2, skipped=4 + 4 + 6, xfailed=1, failed=1
        )
        result.stdout.fnmatch_lines("*TestSilent::test_no_promise_is_overridden_in_silence*")

    def test_it_says_what_is_missing(self, pytester):
        """
        The first thing one forgets is the fixture.
        """
        pytester.makepyfile(
            """
            from complaintflow.testing import StoreContract

            class TestNothing(StoreContract):
                pass
            """
        )

        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-k", "every_short_story")

        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines("*override the fixture `store` in your subclass*")

    def test_it_tells_the_story_in_which_a_store_went_wrong(self):
        """
        The story is short, and the question and both answers are in it.
        """
        contract = StoreContract()
        (broken,) = (store for store in FOUND_BY if store.__name__ == "ClaimsForNobody")

        with pytest.raises(AssertionError) as failure:
            contract.test_every_short_story_ends_as_in_the_memory_store(broken())

        assert "in the story: open a, claim\n" in str(failure.value)
        assert "at:           what can be claimed\n" in str(failure.value)


class TestTheFileOfASqliteStore:
    """
    One file, that others may look into.
    """

    def test_it_is_made_where_there_is_none(self, path):
        """
        Nobody has to run anything before.
        """
        with SqliteStore(path) as store:
            store.commit(a_step("ticket-42", 1))

        assert path.exists()

    def test_it_may_be_named_by_text(self, path):
        """
        As it comes out of a configuration.
        """
        with SqliteStore(str(path)) as store:
            assert f"SqliteStore({str(path)!r})" == repr(store)

    def test_it_may_be_empty(self, path):
        """
        `mktemp` makes such files.
        """
        path.touch()

        with SqliteStore(path) as store:
            store.commit(a_step("ticket-42", 1))

            assert store.load("ticket-42") is not None

    def test_it_may_have_tables_of_its_own(self, path):
        """
        A host keeps its tickets in the same file.
        """
        with foreign(path) as connection:
            connection.execute("CREATE TABLE ticket (id INTEGER PRIMARY KEY)")
            connection.execute("INSERT INTO ticket VALUES (42)")

        with SqliteStore(path) as store:
            store.commit(a_step("ticket-42", 1))

        with foreign(path) as connection:
            assert [(42,)] == connection.execute("SELECT id FROM ticket").fetchall()
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            ).fetchall()

        assert [
            ("complaintflow_case",),
            ("complaintflow_entry",),
            ("complaintflow_outbox",),
            ("ticket",),
        ] == tables

    def test_it_stays_where_it_is_when_the_folder_changes(self, path, tmp_path, monkeypatch):
        """
        Connections are opened later too.
        """
        monkeypatch.chdir(tmp_path)
        with SqliteStore(path.name) as store:
            store.commit(a_step("ticket-42", 1))
            store._close_idle()
            monkeypatch.chdir("/")

            assert store.load("ticket-42") is not None

    def test_it_can_be_read_by_other_programs(self, path):
        """
        Times sort as text, and everything is named as in the port.
        """
        with SqliteStore(path) as store, foreign(path) as connection:
            store.commit(a_step("ticket-42", 1))

            assert ("ticket-42", 1, "2026-01-05T09:00:00.000000+00:00") == connection.execute(
                "SELECT case_id, version, updated_at FROM complaintflow_case"
            ).fetchone()

    def test_what_is_asked_for_often_has_an_index(self, path):
        """
        A desk that ticks over a million cases looks at those that are due.
        """
        with SqliteStore(path), foreign(path) as connection:
            for condition, index in {
                "case_id = 'a'": "sqlite_autoindex_complaintflow_case_1",
                "state = 'a' ORDER BY case_id": "complaintflow_case_state",
                "owner = 'a' ORDER BY case_id": "complaintflow_case_owner",
                "customer = 'a' ORDER BY case_id": "complaintflow_case_customer",
                "wake_at < 'a' ORDER BY wake_at, case_id": "complaintflow_case_wake_at",
            }.items():
                plan = connection.execute(
                    f"EXPLAIN QUERY PLAN SELECT * FROM complaintflow_case WHERE {condition}"
                ).fetchall()

                assert 1 == len(plan), plan
                assert f"USING INDEX {index} " in plan[0][-1]

    def test_every_step_is_on_the_disk_when_it_is_kept(self, path):
        """
        The write-ahead log is flushed at each commit, on every connection.
        """
        with SqliteStore(path) as store:
            for _ in range(2):
                with store._lent() as connection:
                    assert ("wal",) == connection.execute("PRAGMA journal_mode").fetchone()
                    assert (2,) == connection.execute("PRAGMA synchronous").fetchone()
                store._close_idle()


class TestASqliteStoreThatCannotBeUsed:
    """
    It says why, and what to do; nothing is half done.
    """

    @pytest.mark.parametrize("path", [":memory:", ""])
    def test_it_is_not_in_memory(self, path):
        """
        Every connection would have a memory of its own; there is another store for that.
        """
        with pytest.raises(StoreError, match="MemoryStore"):
            SqliteStore(path)

    def test_its_folder_is_missing(self, tmp_path):
        """
        A folder is not made: its name may be a slip, and the cases would be nowhere.
        """
        with pytest.raises(StoreError, match=r"there is no folder .*nowhere; make it first"):
            SqliteStore(tmp_path / "nowhere" / "cases")

    def test_it_is_a_folder(self, tmp_path):
        """
        The file was forgotten in the configuration.
        """
        with pytest.raises(StoreError, match="cannot be opened: it is no file"):
            SqliteStore(tmp_path)

    def test_it_is_not_a_database(self, path):
        """
        What is in the file stays as it is.
        """
        path.write_text("Dear Sir or Madam, " * 100)

        with pytest.raises(StoreError, match="is not a SQLite database; name another file"):
            SqliteStore(path)

        assert "Dear Sir or Madam, " * 100 == path.read_text()

    def test_it_was_made_by_another_version(self, path):
        """
        Tables that are not understood are not touched, and neither is the way they are kept.
        """
        with foreign(path) as connection:
            connection.execute("CREATE TABLE complaintflow_case (id INTEGER)")
            connection.execute("PRAGMA user_version = 7")

        with pytest.raises(StoreError, match=r"has tables of version 7.* knows version 1: use"):
            SqliteStore(path)

        with foreign(path) as connection:
            assert 1 == len(connection.execute("SELECT name FROM sqlite_master").fetchall())
            assert ("delete",) == connection.execute("PRAGMA journal_mode").fetchone()

    def test_its_tables_are_somebody_elses(self, path):
        """
        Or ours, and somebody has set back the number that says of which version they are.
        """
        with foreign(path) as connection:
            connection.execute("CREATE TABLE complaintflow_outbox (id INTEGER)")

        with pytest.raises(StoreError, match="complaintflow_outbox, and user_version 0"):
            SqliteStore(path)

        with foreign(path) as connection:
            assert 1 == len(connection.execute("SELECT name FROM sqlite_master").fetchall())

    @pytest.mark.parametrize("version", [1, 3])
    def test_a_host_counts_its_own_versions_in_it(self, path, version):
        """
        It has no table of ours, so there is no other complaintflow to use.
        """
        with foreign(path) as connection:
            connection.execute("CREATE TABLE ticket (id INTEGER)")
            connection.execute(f"PRAGMA user_version = {version}")

        told = rf"user_version {version} and no complaintflow tables.*sqlite\+pysqlite:///{path}"
        with pytest.raises(StoreError, match=told):
            SqliteStore(path)

        with foreign(path) as connection:
            assert (version,) == connection.execute("PRAGMA user_version").fetchone()

    @pytest.mark.parametrize("version", [0, 3])
    def test_its_tables_are_those_of_sqlalchemy(self, path, version):
        """
        The store that has made them opens them, and so does its URL.
        """
        engine = create_engine(f"sqlite:///{path}")
        SqlalchemyStore(engine).create_schema()
        engine.dispose()
        with foreign(path) as connection:
            connection.execute(f"PRAGMA user_version = {version}")

        told = r"has the tables of a SqlalchemyStore.*(sqlite[+]pysqlite:///.*/cases)"
        with pytest.raises(StoreError, match=told) as raised:
            SqliteStore(path)
        store = store_from_url(re.search(told, str(raised.value))[1])
        assert () == tuple(store.find(Query()))
        store._engine.dispose()

    def test_it_is_locked(self, path):
        """
        Reading goes on; writing says so after the timeout, and nothing is kept.
        """
        with SqliteStore(path, timeout=0.05) as store, foreign(path) as connection:
            store.commit(a_step("ticket-42", 1))
            connection.execute("BEGIN IMMEDIATE")
            for use in (
                lambda: store.commit(a_step("ticket-42", 2)),
                lambda: store.claim(now=NOW, until=NOW, limit=1),
                lambda: store.settle("ticket-42:1:1"),
            ):
                with pytest.raises(StoreError, match=r"is locked: .* more than 0\.05 seconds"):
                    use()

            assert 1 == store.load("ticket-42").version

            connection.execute("ROLLBACK")
            store.commit(a_step("ticket-42", 2))

            assert 2 == store.load("ticket-42").version

    def test_it_is_locked_while_it_is_made(self, path):
        """
        Turning on the log does not wait by itself, so the store does.
        """
        with foreign(path) as connection:
            connection.execute("BEGIN EXCLUSIVE")

            with pytest.raises(StoreError, match="is locked"):
                SqliteStore(path, timeout=0.05)

            connection.execute("ROLLBACK")
        with SqliteStore(path, timeout=0.05) as store:
            assert store.load("ticket-42") is None

    def test_it_waits_for_another_writer_while_it_is_made(self, path):
        """
        A host with tables in the same file may be writing just then.
        """
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.1, connection.close)
        timer.start()

        with SqliteStore(path) as store:
            assert store.load("ticket-42") is None

        timer.join()

    def test_it_waits_for_another_writer(self, path):
        """
        Most locks last for milliseconds.
        """
        with SqliteStore(path) as store:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.execute("BEGIN IMMEDIATE")
            timer = threading.Timer(0.1, connection.close)
            timer.start()

            store.commit(a_step("ticket-42", 1))

            timer.join()
            assert store.load("ticket-42") is not None

    def test_it_is_read_only(self, path):
        """
        What is there can be read, and nothing is half written.
        """
        with SqliteStore(path) as store:
            store.commit(a_step("ticket-42", 1))
            with store._lent() as connection:
                connection.execute("PRAGMA query_only = 1")

            with pytest.raises(StoreError, match=r"is read-only: .*make the file"):
                store.commit(a_step("ticket-42", 2))

            assert 1 == store.load("ticket-42").version

    def test_it_may_not_be_written(self, path, tmp_path):
        """
        The permissions of a deployment are somebody else's.
        """
        with SqliteStore(path) as store:
            store.commit(a_step("ticket-42", 1))
        path.chmod(0o400)
        tmp_path.chmod(0o500)
        try:
            if os.access(path, os.W_OK):
                pytest.skip("whoever runs the tests may write everything")
            with pytest.raises(StoreError, match=r"is read-only|cannot be opened"):
                _commit_in_a_new_store(path, a_step("ticket-42", 2))
        finally:
            tmp_path.chmod(0o700)
            path.chmod(0o600)
        with SqliteStore(path) as store:
            assert 1 == store.load("ticket-42").version

    def test_the_disk_is_full(self, path):
        """
        The step is not kept, what was kept is still there, and with more room it goes on.
        """
        with SqliteStore(path) as store:
            store.commit(a_step("ticket-42", 1))
            with store._lent() as connection:
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
                connection.execute(f"PRAGMA max_page_count = {pages}")
            with pytest.raises(StoreError, match="the disk is full: nothing of it was kept"):
                _commit_for_ever(store)
            kept = store.load("ticket-42").version

            assert list(range(1, kept + 1)) == _versions(store)
            assert kept == len(_outbox(store))

            with store._lent() as connection:
                connection.execute("PRAGMA max_page_count = 100000")
            store.commit(a_step("ticket-42", kept + 1))

            assert list(range(1, kept + 2)) == _versions(store)

    def test_it_is_damaged(self, path):
        """
        Who reads it now should not find out from wrong answers.
        """
        with SqliteStore(path) as store:
            for version in range(1, 100):
                store.commit(a_step("ticket-42", version))
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 4096 * 8)

        with pytest.raises(StoreError, match="is damaged; restore it from a backup"):
            _commit_in_a_new_store(path, a_step("ticket-42", 100))

    def test_its_file_was_taken_away(self, path):
        """
        An empty file in its place is not taken for a store without cases.
        """
        with SqliteStore(path) as store:
            store._close_idle()
            path.unlink()

            with pytest.raises(StoreError, match="no such table"):
                store.load("ticket-42")

    def test_it_was_closed(self, path):
        """
        It does not open again by itself, and closing it twice is no mistake.
        """
        store = SqliteStore(path)
        store.close()
        store.close()

        with pytest.raises(StoreError, match="was closed here; make another SqliteStore"):
            store.load("ticket-42")

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            (sqlite3.SQLITE_BUSY_SNAPSHOT, "is locked"),
            (sqlite3.SQLITE_READONLY_DBMOVED, "is read-only"),
            (sqlite3.SQLITE_CANTOPEN_ISDIR, "cannot be opened"),
            (sqlite3.SQLITE_CORRUPT_INDEX, "is damaged"),
            (sqlite3.SQLITE_IOERR_READ, "cannot do this: disk I/O error"),
        ],
    )
    def test_it_knows_the_kinds_of_an_error(self, path, code, why):
        """
        SQLite tells several kinds of being locked apart; for a host they are one.
        """
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code

        with SqliteStore(path) as store, pytest.raises(StoreError, match=why), store._lent():
            raise error

    def test_what_was_not_kept_is_told_only_of_what_was_to_be_kept(self, path):
        """
        Whoever reads keeps nothing.
        """
        with SqliteStore(path) as store:
            with pytest.raises(StoreError, match=r"cannot do this: .* surrogates not allowed$"):
                store.find(Query(state="\ud800"))
            with pytest.raises(StoreError, match=r"cannot do this: .*; nothing of it was kept$"):
                store.settle("\ud800")

    def test_the_error_of_the_database_is_told_too(self, path):
        """
        As its cause: who looks for it finds it.
        """
        path.write_text("Dear Sir or Madam, " * 100)

        with pytest.raises(StoreError) as error:
            SqliteStore(path)

        assert isinstance(error.value.__cause__, sqlite3.DatabaseError)

    def test_a_conflict_is_no_error_of_the_database(self, path):
        """
        It says which version there is, and nothing of constraints.
        """
        with SqliteStore(path) as store:
            store.commit(a_step("ticket-42", 1))

            with pytest.raises(Conflict) as conflict:
                store.commit(a_step("ticket-42", 1))

        assert 1 == conflict.value.found
        assert conflict.value.__cause__ is None


class TestTheConnectionsOfASqliteStore:
    """
    They are opened when they are needed, and none is forgotten.
    """

    @pytest.fixture
    def connections(self, monkeypatch):
        """
        Return the connections that are opened from now on.
        """
        opened, connect = [], sqlite3.connect

        def remember(*args, **kwargs):
            opened.append(connect(*args, **kwargs))
            return opened[-1]

        monkeypatch.setattr(sqlite3, "connect", remember)
        return opened

    def test_threads_that_come_and_go_leave_none_behind(self, path, connections):
        """
        Web servers have a thread for each request.
        """
        with SqliteStore(path) as store:
            for _ in range(20):
                thread = threading.Thread(target=store.load, args=("ticket-42",))
                thread.start()
                thread.join()

        assert 1 == len(connections)

    def test_all_are_closed_with_the_store(self, path, connections):
        """
        Also those that other threads have opened, and that of a call that is under way.
        """
        store = SqliteStore(path)
        with store._lent(), store._lent():
            store.load("ticket-42")
            store.close()

        assert 3 == len(connections)
        assert [True] * 3 == [_is_closed(connection) for connection in connections]

    @pytest.mark.parametrize("content", ["Dear Sir or Madam, " * 100, None])
    def test_a_store_that_cannot_be_opened_leaves_none_behind(self, path, connections, content):
        """
        A service that tries again every second would run out of files.
        """
        if content is None:
            with foreign(path) as connection:
                connection.execute("PRAGMA user_version = 7")
        else:
            path.write_text(content)

        with pytest.raises(StoreError):
            SqliteStore(path)

        assert all(_is_closed(connection) for connection in connections)

    def test_a_step_that_is_interrupted_is_undone(self, path):
        """
        Whatever stops it, the next caller finds no transaction open.
        """

        class Interrupted:
            @property
            def outbox(self):
                raise KeyboardInterrupt

            def __getattr__(self, name):
                return getattr(a_step("ticket-42", 1), name)

        with SqliteStore(path) as store:
            with pytest.raises(KeyboardInterrupt):
                store.commit(Interrupted())

            assert store.load("ticket-42") is None

            store.commit(a_step("ticket-42", 1))

            assert [1] == _versions(store)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
    def test_none_is_carried_across_a_fork(self, path):
        """
        Web servers open a store, and fork then; SQLite damages a file over that.
        """
        script = f"""
import os
from complaintflow.adapters.sqlite import SqliteStore
from tests.store_worker import a_step

with SqliteStore({str(path)!r}) as store:
    store.commit(a_step("ticket-42", 1))
    assert store._idle
    child = os.fork()
    if child == 0:
        assert not store._idle
        store.commit(a_step("ticket-42", 2))
        store.close()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    store.commit(a_step("ticket-42", 3))
"""
        subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            check=True,
            cwd=Path(__file__).parents[1],
            timeout=60,
        )

        with SqliteStore(path) as store:
            assert [1, 2, 3] == _versions(store)


class TestProcessesThatShareASqliteStore:
    """
    What threads are promised holds for processes too, and for what is left when one dies.
    """

    def test_they_may_make_the_file_at_the_same_moment(self, path):
        """
        A service starts with all its workers at once.
        """
        with _workers(4, "open", path) as workers:
            assert [[]] * 4 == _finished(workers)

        with SqliteStore(path) as store:
            assert [] == store.find(Query())

    def test_no_version_is_lost_or_doubled(self, path):
        """
        Four processes take thirty steps each on one case, as fast as they can.
        """
        with _workers(4, "write", path, "ticket-42", "30") as workers:
            kept = [int(version) for lines in _finished(workers) for version in lines]

        with SqliteStore(path) as store:
            assert list(range(1, 121)) == sorted(kept)
            assert list(range(1, 121)) == _versions(store)
            assert 120 == store.load("ticket-42").version
            assert list(range(1, 121)) == _outbox(store)

    def test_no_notification_is_claimed_twice(self, path):
        """
        However many workers deliver, each e-mail is the work of one.
        """
        with SqliteStore(path) as store:
            for number in range(60):
                store.commit(a_step(f"ticket-{number:02}", 1))

        with _workers(3, "claim", path) as workers:
            claimed = [key for lines in _finished(workers) for key in lines]

        assert [f"ticket-{number:02}:1:1" for number in range(60)] == sorted(claimed)

    def test_a_writer_that_is_killed_loses_nothing_it_has_acknowledged(self, path):
        """
        Each of ten writers is killed in the middle of its loop, while the next is writing.

        Killing a process does not test a loss of power.
        """
        with _workers(10, "write", path, "ticket-{}", "1000000") as workers:
            _go(workers[0])
            for number, worker in enumerate(workers):
                if number + 1 < len(workers):
                    _go(workers[number + 1])
                acknowledged = [worker.stdout.readline() for _ in range(3)]
                sleep(0.003 * number)
                worker.kill()
                # What it was printing when it was killed may be half a line.
                rest = worker.stdout.read().split("\n")[:-1]
                last = int((acknowledged + rest)[-1])

                with SqliteStore(path) as store:
                    version = store.load(f"ticket-{number}").version

                    # The last step may have been kept before it could be acknowledged.
                    assert version in {last, last + 1}
                    assert list(range(1, version + 1)) == _versions(store, f"ticket-{number}")
                    assert version == len(_outbox(store, f"ticket-{number}"))

        with foreign(path) as connection:
            assert ("ok",) == connection.execute("PRAGMA integrity_check").fetchone()


@contextmanager
def _workers(number_of_them, *arguments):
    """
    Start processes that wait for `_go`; a pair of braces in an argument becomes their number.
    """
    workers = []
    try:
        for number in range(number_of_them):
            script = Path(__file__).with_name("store_worker.py")
            asked = [str(argument).replace("{}", str(number)) for argument in arguments]
            workers.append(
                subprocess.Popen(
                    [sys.executable, str(script), *asked],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
        for worker in workers:
            assert "ready\n" == worker.stdout.readline()
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.stdin.close()
            worker.stdout.close()
            worker.wait()


def _go(worker):
    worker.stdin.write("go\n")
    worker.stdin.flush()


def _finished(workers):
    """
    Let all of them go at once, and return the lines that each has printed.
    """
    for worker in workers:
        _go(worker)
    lines = [worker.stdout.read().splitlines() for worker in workers]
    assert [0] * len(workers) == [worker.wait(timeout=60) for worker in workers]
    return lines


def _versions(store, case_id="ticket-42"):
    return [record.version for record in store.history(case_id)]


def _outbox(store, case_id="ticket-42"):
    """
    Return the versions that have a notification outstanding, in order.
    """
    asked = "SELECT version FROM complaintflow_outbox WHERE case_id = ? ORDER BY position"
    with store._lent() as connection:
        return [version for (version,) in connection.execute(asked, (case_id,))]


def _is_closed(connection):
    try:
        connection.total_changes  # noqa: B018 (a closed connection has nothing to tell)
    except sqlite3.ProgrammingError:
        return True
    return False


def _commit_for_ever(store):
    for version in count(store.load("ticket-42").version + 1):
        store.commit(a_step("ticket-42", version))


def _commit_in_a_new_store(path, change):
    with SqliteStore(path) as store:
        store.commit(change)
