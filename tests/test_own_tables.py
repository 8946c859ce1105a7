"""
Cases in a table of the host's: its tickets are cases, and the contract holds for them.
"""

import inspect

import pytest
import sqlalchemy
from sqlalchemy import Column, MetaData, String, Table, Text, create_engine, insert, select

from complaintflow import Conflict, Desk, EvidenceError
from complaintflow.adapters.sqlalchemy import SqlalchemyStore, add_case_columns
from complaintflow.methods import six_steps
from complaintflow.testing import StoreContract

from . import servers
from .test_examples import example

SIX = six_steps()


class Helpdesk(SqlalchemyStore):
    """
    The store over tickets; here, unlike there, a complaint makes its own ticket.
    """

    def commit(self, change):
        """
        Keep a change, on a ticket that is made for it.
        """
        tickets = self._cases.table
        if change.expected == 0:
            with self._engine.begin() as connection:
                found = select(tickets.c.id).where(tickets.c.id == change.case_id)
                if connection.scalar(found) is None:
                    connection.execute(insert(tickets).values(id=change.case_id))
        super().commit(change)


class TestTicketsOnSqlite(StoreContract):
    """
    The table of the example keeps every promise, so that it can be copied.
    """

    story_length = 2
    threads = False

    @pytest.fixture
    def store(self, tmp_path):
        """
        Return a store whose cases are tickets.
        """
        engine = create_engine(f"sqlite:///{tmp_path}/helpdesk")
        made = example("tickets_as_cases").store_of(engine)
        yield Helpdesk(engine, cases=made._cases)
        engine.dispose()


def test_it_is_written_in_about_thirty_lines():
    """
    The table of the helpdesk and the store over it, as they stand in the example.
    """
    host = example("tickets_as_cases")
    text = inspect.getsource(host)
    begins, ends = text.index("# -- what the helpdesk"), text.index("# -- a day at")

    assert len([line for line in text[begins:ends].splitlines() if line.strip()]) <= 30


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request, tmp_path):
    """
    Return an engine of each kind.
    """
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/helpdesk")
        yield engine
        engine.dispose()
        return
    if request.param == "mariadb":
        with servers.a_database() as url:
            engine = create_engine(url)
            yield engine
            engine.dispose()
        return
    with servers.a_schema() as schema:
        with servers.on_postgres() as connection:
            connection.execute(f'CREATE SCHEMA "{schema}"')
        url = servers.QUICK.replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(f"{url}%20-csearch_path%3D{schema}")
        yield engine
        engine.dispose()


@pytest.fixture
def tickets(engine):
    """
    Return a table with columns that are called as parameters of ours are, and two tickets.
    """
    metadata = MetaData()
    table = Table(
        "ticket",
        metadata,
        Column("number", String(40), primary_key=True),
        Column("owner", Text),
        Column("state", Text),
    )
    names = {"case_id": "number", "owner": "agent", "state": "stage"}
    store = SqlalchemyStore(engine, cases=add_case_columns(table, **names))
    metadata.create_all(engine)
    store.create_schema()
    with engine.begin() as connection:
        for number in ("t-1", "t-2"):
            connection.execute(insert(table).values(number=number, owner="team 7", state="Ohio"))
    return table, store


def test_a_ticket_is_a_case_once_it_is_opened(engine, tickets):
    """
    Others are left alone, and so are columns of the host's that are called as ours are.
    """
    table, store = tickets
    desk = Desk(SIX, store=store)
    desk.open("t-1", customer="ana", complaint="It buzzes", by="sam", owner="kim")
    with engine.connect() as connection:
        asked = select(table.c.number, table.c.stage, table.c.agent, table.c.owner, table.c.state)
        rows = connection.execute(asked.order_by(table.c.number)).all()

    assert ["t-1"] == [case.id for case in desk.cases()]
    assert ("t-1", "received", "kim", "team 7", "Ohio") == rows[0]
    assert ("t-2", None, None, "team 7", "Ohio") == rows[1]
    assert store.load("t-2") is None
    assert desk.verify("t-1")
    assert not sqlalchemy.inspect(engine).has_table("complaintflow_case")


def test_a_case_without_a_ticket_is_not_opened(tickets):
    """
    The host makes its tickets; a complaint is one of them.
    """
    desk = Desk(SIX, store=tickets[1])
    with pytest.raises(Conflict):
        desk.open("t-3", customer="ana", complaint="It buzzes", by="sam")

    assert () == desk.cases()


def test_a_column_that_no_case_has_is_told():
    """
    With those that it has.
    """
    with pytest.raises(EvidenceError, match=r"stat: a case has case_id, version, method, state,"):
        add_case_columns(Table("ticket", MetaData()), stat="status")
