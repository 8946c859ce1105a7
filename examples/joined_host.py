"""
A helpdesk on SQLAlchemy whose tickets and complaints change together, or not at all.

The store takes part in the transaction of the helpdesk, which alone commits or rolls back. It
needs the extra: `pip install 'complaintflow[sqlalchemy]'`. Run it:
`python examples/joined_host.py`.
"""

from sqlalchemy import Engine, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

from complaintflow import Desk, Refused
from complaintflow.acts import Listen, Offer, Remedy
from complaintflow.adapters.sqlalchemy import SqlalchemyStore, add_tables
from complaintflow.methods import six_steps

# -- what the helpdesk has anyway ---------------------------------------------------------------


class Base(DeclarativeBase):
    """The helpdesk's own models."""


class Ticket(Base):
    """A ticket."""

    __tablename__ = "ticket"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(40), default="new")


# -- what complaints add to it ------------------------------------------------------------------

add_tables(Base.metadata)  # so that the helpdesk's migrations see them
METHOD = six_steps()


def send_mail() -> None:
    """Send a mail, on good days; this is none."""
    message = "the mail server does not answer"
    raise ConnectionError(message)


def show(engine: Engine, store: SqlalchemyStore) -> None:
    """Print what everybody sees: the tickets, and their cases."""
    with Session(engine) as session:
        for ticket in session.scalars(select(Ticket).order_by(Ticket.id)):
            case = store.load(ticket.id)
            print(f"    {ticket.id}: {ticket.status}, case {case.state if case else 'not there'}")


def main() -> None:
    """Handle complaints, of which some go wrong half way."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine, [Base.metadata.tables["ticket"]])
    store = SqlalchemyStore(engine)
    store.create_schema()

    print("A ticket and its case are opened in one transaction:")
    with Session(engine) as session, session.begin():
        session.add(Ticket(id="T-1", subject="The lamp buzzes again"))
        desk = Desk(METHOD, store=store.joining(session))
        desk.open("T-1", customer="ana", complaint="Repaired last week, and it buzzes.", by="sam")
    show(engine, store)

    print("\nAnother one goes wrong after the case was opened, and neither is there:")
    try:
        with Session(engine) as session, session.begin():
            session.add(Ticket(id="T-2", subject="How do I change my password?"))
            desk = Desk(METHOD, store=store.joining(session))
            desk.open("T-2", customer="bo", complaint="Nobody answers me.", by="sam")
            send_mail()
    except ConnectionError as error:
        print(f"    {error}")
    show(engine, store)

    print("\nA refusal is no accident: the helpdesk notes it, and its own work stands:")
    with Session(engine) as session, session.begin():
        desk = Desk(METHOD, store=store.joining(session))
        desk.record("T-1", Listen(account="I cannot read in the evening."), by="sam")
        ticket = session.get_one(Ticket, "T-1")
        ticket.status = "heard"
        try:
            offer = Offer(remedies=[Remedy("replacement")], words="We send you a new lamp.")
            desk.record("T-1", offer, by="sam")
        except Refused as no:
            ticket.status = "heard, no offer yet"
            print(f"    {no.unmet[0]}")
    show(engine, store)
    engine.dispose()


if __name__ == "__main__":
    main()
