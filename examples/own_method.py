"""
A method of one's own, with an act of one's own.

A bicycle repair shop lends a bike to whoever waits for a repair that went wrong. `LoanBike` is
theirs, and a remedy: the charter of the library watches over it like over any offer, and the
method does not even come into being where it could be given before the customer is heard.
Run it: `python examples/own_method.py`.
"""

from complaintflow import (
    Desk,
    Edge,
    Fact,
    Method,
    MethodError,
    Outcome,
    Refused,
    Rule,
    State,
    stays,
)
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    Act,
    Close,
    KeepPromise,
    Listen,
    Offer,
    Remedy,
    Reopen,
    Said,
    act,
)
from complaintflow.methods.common import approval, common_edges, exits, promises, remarks
from complaintflow.requirements import offer_in_time


@act(remedy=True)
class LoanBike(Act):
    """Lend the customer a bike until theirs is repaired."""

    bike: str
    """Which one, by the number on its frame."""
    words: Said
    """What is said to the customer."""


FACTS = (
    Fact("heard", "{customer} has not told what happened"),
    Fact("recognised", "nobody has said that something went wrong"),
    Fact("offer_open", "nothing is offered"),
    Fact("agreed", "nothing is agreed"),
    Fact("promises_settled", "the bike is not repaired"),
)

STATES = (
    State("received", "the customer is to be listened to", waits_for="customer"),
    State("heard", "what went wrong is to be said"),
    State("recognised", "a repair is to be offered"),
    State("offered", "the customer decides", waits_for="customer"),
    State("repairing", "the bike is in the workshop"),
    State("collected", "the customer rides again", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
    State("merged", "it goes on in another case", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)


def second_repair(*, loan_needs: tuple[str, ...] = ("heard", "recognised")) -> Method:
    """Return how the shop handles a repair that went wrong."""
    return Method(
        name="second_repair",
        version="1",
        title="When a repair went wrong",
        initial="received",
        states=STATES,
        facts=FACTS,
        rules=[
            Rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
            Rule(AcknowledgeProblem, needs=["heard"], establishes="recognised"),
            Rule(LoanBike, needs=loan_needs, notify=[("bike_lent", "team")]),
            Rule(Offer, needs=["heard", "recognised"], establishes="offer_open"),
            Rule(
                Accept,
                needs=["offer_open", offer_in_time()],
                establishes="agreed",
                clears=["offer_open", "promises_settled"],
            ),
            Rule(Close, needs=["agreed", "promises_settled"], in_way=False),
            Rule(Reopen, begins_cycle=True),
            # What every method has: notes, promises, approval, and the ways out.
            *remarks(),
            *promises(),
            *approval(second_person=True),
            *exits(attempts=3),
        ],
        edges=[
            Edge("received", "listen", "heard", outcome="finished"),
            *stays(WORKING, Listen),
            Edge("heard", "acknowledge_problem", "recognised"),
            *stays(WORKING, LoanBike),
            Edge("recognised", "offer", "offered"),
            *stays(["offered"], Offer),
            Edge("offered", "accept", "repairing"),
            Edge("repairing", "close", "collected", outcome="resolved"),
            Edge(ENDED, "reopen", "received"),
            *common_edges(initial="received", working=WORKING, waiting=WAITING, ended=ENDED),
        ],
    )


print("A method that lends a bike before anybody has listened is no method:\n")
try:
    second_repair(loan_needs=())
except MethodError as error:
    broken = error
print(broken)
assert len(broken.problems) == 2

print("\nThe method as it should be. Ben comes in, and Jo is in a hurry:\n")
desk = Desk(second_repair())
desk.open("order-12", customer="ben", complaint="The gears slip again, a day after!", by="jo")
loan = LoanBike(bike="Blue 7", words="Take the blue one as long as you need it.")
try:
    desk.record("order-12", loan, by="jo")
except Refused as no:
    refusal = no
print(refusal)
assert [unmet.code for unmet in refusal.unmet] == ["heard", "recognised"]

print("\nSo Jo puts the spanner down and listens:\n")
for happened in (
    Listen(account="I paid yesterday. Today it jumped out of gear in the middle of a crossing."),
    AcknowledgeProblem(words="It slipped in traffic, a day after we had it here. We missed it."),
    loan,
    Offer(remedies=[Remedy("repair", details="new cassette")], words="By tomorrow, at no charge."),
    Accept(),
    KeepPromise("p1"),
    Close(),
):
    case = desk.record("order-12", happened, by="jo")
    print(desk.history(case.id)[-1])

assert case.state == "collected"
assert "loan_bike" in [entry.trigger for entry in desk.history(case.id)]
