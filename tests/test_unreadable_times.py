"""
Times that somebody has changed by hand: the case is named, and no other case is kept from anybody.
"""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from complaintflow import Desk, StoreError
from complaintflow.adapters.sqlalchemy import SqlalchemyStore
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.methods import six_steps
from complaintflow.ports import Query
from complaintflow.statistics import measure_store
from complaintflow.testing import FrozenClock, RecordingNotifier

from . import servers
from .conftest import MONDAY, ROADS

SIX = six_steps()
NO_TIME = ["junk", "", "2026-01-05T09:00:00", b"\xff"]
"""What is no moment: words, nothing, a time without its zone, no text at all."""


@pytest.fixture
def path(tmp_path):
    """
    Return the name of a file for cases.
    """
    return tmp_path / "cases"


@pytest.fixture(params=["sqlite", "sqlalchemy"])
def store(request, path):
    """
    Return a store of each kind that keeps times as text.
    """
    if request.param == "sqlite":
        with SqliteStore(path) as store:
            yield store
        return
    engine = create_engine(f"sqlite:///{path}")
    store = SqlalchemyStore(engine)
    store.create_schema()
    yield store
    engine.dispose()


@pytest.fixture
def clock():
    """
    Return a clock that stands at Monday, nine o'clock.
    """
    return FrozenClock(MONDAY)


@pytest.fixture
def notifier():
    """
    Return a notifier that remembers.
    """
    return RecordingNotifier()


@pytest.fixture
def desk(store, clock, notifier):
    """
    Return a desk with three cases, each with a promise that is due in 14 days.
    """
    made = Desk(SIX, store=store, clock=clock, notifier=notifier)
    for case_id in ("t-1", "t-2", "t-3"):
        made.open(case_id, customer="ana", complaint="It arrived broken", by="sam")
        for act in ROADS["agreed"]:
            made.record(case_id, act, by="lee" if act.spec.speaker == "colleague" else "sam")
    return made


def write(path, table, column, value):
    """
    Write into the rows of the second case, as another program would.
    """
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE case_id = 't-2'", (value,))
        connection.commit()


@pytest.mark.parametrize("column", ["due_at", "wake_at", "updated_at"])
@pytest.mark.parametrize("value", NO_TIME)
def test_a_case_with_a_time_that_is_none_is_named(desk, store, path, column, value):
    """
    By whatever reads it, and by nothing that reads the others.
    """
    if value == NO_TIME[2] and isinstance(store, SqlalchemyStore):
        pytest.skip("to SQLAlchemy it is a time in UTC")
    write(path, "complaintflow_case", column, value)
    another = Desk(SIX, store=store, clock=FrozenClock(MONDAY))

    for reads in (desk, another):
        for ask in (
            lambda reads=reads: reads.get("t-2"),
            lambda reads=reads: reads.options("t-2", by="sam"),
            lambda reads=reads: reads.record("t-2", ROADS["heard"][0], by="sam"),
            reads.cases,
        ):
            with pytest.raises(StoreError, match=f"^case 't-2' cannot be read: its {column} is "):
                ask()
    with pytest.raises(StoreError, match=r"^case 't-2' cannot be read: "):
        measure_store(store, at=MONDAY)
    flaw = desk.verify("t-2").flaw
    assert "case" == flaw.kind
    assert f"its {column} is" in str(flaw)
    assert "agreed" == another.get("t-1").state
    assert ["t-1", "t-2", "t-3"] == [found.case_id for found in store.find(Query())]
    assert desk.verify("t-3").is_whole


@pytest.mark.parametrize("value", NO_TIME)
def test_it_keeps_no_other_case_from_its_deadline(desk, path, clock, caplog, value):
    """
    The log says which one it is.
    """
    write(path, "complaintflow_case", "due_at", value)
    if value == NO_TIME[2]:
        write(path, "complaintflow_case", "updated_at", "junk")
    clock.advance(days=15)

    assert {"t-1", "t-3"} == {entry.case_id for entry in desk.tick()}
    [record] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert "what is due in case t-2 cannot be recorded: case 't-2' cannot be read: its " in (
        record.getMessage()
    )


def test_an_entry_with_a_time_that_is_none_is_found(desk, path):
    """
    Its text still tells when it was; the check says that somebody has been there.
    """
    write(path, "complaintflow_entry", "at", "junk")

    flaw = desk.verify("t-2").flaw
    assert (1, "altered") == (flaw.version, flaw.kind)
    assert desk.verify("t-1").is_whole
    assert MONDAY == desk.history("t-2")[0].at


def test_a_notification_with_a_time_that_is_none_is_put_aside(desk, path, notifier):
    """
    It is told to nobody, and keeps nothing else from being told.
    """
    write(path, "complaintflow_outbox", "at", "junk")

    done = desk.deliver()
    assert done.parked
    assert not done.failed
    assert {"t-1", "t-3"} == {told.case_id for told in notifier.delivered}
    assert {"t-2"} == {parked.notification.case_id for parked in desk.parked()}
    assert all("'junk', which is no time" in parked.error for parked in desk.parked())


def test_a_day_that_there_is_not_is_told_on_mariadb():
    """
    It can be written where the server is not strict.
    """
    with servers.a_database() as url:
        engine = create_engine(url)
        store = SqlalchemyStore(engine)
        store.create_schema()
        desk = Desk(SIX, store=store)
        for case_id in ("t-1", "t-2"):
            desk.open(case_id, customer="ana", complaint="It arrived broken", by="sam")
        with engine.begin() as connection:
            connection.execute(text("SET sql_mode = ''"))
            connection.execute(
                text("UPDATE complaintflow_case SET due_at = '0000-00-00' WHERE case_id = 't-2'")
            )
            connection.execute(text("SET sql_mode = DEFAULT"))

        with pytest.raises(StoreError, match=r"^case 't-2' cannot be read: its due_at is "):
            desk.cases()
        assert "received" == desk.get("t-1").state
        engine.dispose()
