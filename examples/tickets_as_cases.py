"""
A helpdesk on SQLAlchemy whose tickets are the cases: one row, its status written by each step.

A table says which of its columns are which of a case, and gets those that it lacks; what happened,
and who is to be told, is kept beside it. It needs the extra: `pip install
'complaintflow[sqlalchemy]'`. Run it: `python examples/tickets_as_cases.py`.
"""

from sqlalchemy import Column, Engine, MetaData, String, Table, create_engine, select
from sqlalchemy.pool import StaticPool

from complaintflow import Desk, Refused
from complaintflow.acts import Listen, Offer, Remedy
from complaintflow.adapters.sqlalchemy import SqlalchemyStore, add_case_columns
from complaintflow.methods import six_steps

# -- what the helpdesk has anyway ---------------------------------------------------------------

metadata = MetaData()
ticket = Table(
    "ticket",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("subject", String(200)),
    Column("status", String(40), default="new"),
    Column("assignee", String(40)),
)

# -- what complaints add to it ------------------------------------------------------------------


def store_of(engine: Engine) -> SqlalchemyStore:
    """Return the store: complaints are tickets."""
    cases = add_case_columns(ticket, case_id="id", state="status", owner="assignee")
    metadata.create_all(engine)  # or the helpdesk's migrations
    store = SqlalchemyStore(engine, cases=cases)
    store.create_schema()
    return store


# -- a day at the helpdesk ----------------------------------------------------------------------


def show(engine: Engine) -> None:
    """Print the helpdesk's own tickets."""
    with engine.connect() as connection:
        columns = (ticket.c.id, ticket.c.status, ticket.c.assignee, ticket.c.subject)
        for row in connection.execute(select(*columns).order_by(ticket.c.id)):
            print("    {}: {}, {}, {}".format(*row))


def main() -> None:
    """Handle one complaint among the tickets."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    store = store_of(engine)
    desk = Desk(six_steps(), store=store)
    with engine.begin() as connection:
        connection.execute(ticket.insert().values(id="T-1", subject="The lamp buzzes again"))
        connection.execute(ticket.insert().values(id="T-2", subject="How do I change my password?"))

    print("Two tickets. One of them is a complaint, and the helpdesk opens a case on it:")
    desk.open("T-1", customer="ana", complaint="Repaired last week, and it buzzes.", by="sam")
    show(engine)
    assert len(desk.cases()) == 1

    print("\nEach step is in its row; what is refused is not:")
    desk.record("T-1", Listen(account="I cannot read in the evening."), by="sam")
    try:
        desk.record("T-1", Offer([Remedy("refund")], words="Your money back?"), by="sam")
    except Refused as no:
        print("   ", no.unmet[0])
    show(engine)

    print("\nThe helpdesk's own transaction takes both back, or keeps both:")
    with engine.connect() as connection:
        desk = Desk(six_steps(), store=store.joining(connection))
        desk.open("T-2", customer="bo", complaint="Nobody answers me.", by="sam")
        connection.execute(ticket.update().values(subject="Lost").where(ticket.c.id == "T-2"))
        connection.rollback()
    show(engine)
    engine.dispose()


if __name__ == "__main__":
    main()
