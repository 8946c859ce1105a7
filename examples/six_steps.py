"""
The six steps, told as one complaint.

Ana ordered a photo album for her parents' golden wedding. It came with the wrong year on its
cover, and the party is on Saturday. Kim answers complaints at the album maker's, may promise up to
40 EUR alone, and has a good heart and little patience. Run it: `python examples/six_steps.py`.
"""

from datetime import UTC, datetime

from complaintflow import Actor, Case, Desk, Refused
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    Act,
    Apologize,
    Approve,
    AskExpectation,
    Assure,
    Close,
    Empathize,
    Expectation,
    KeepPromise,
    Learn,
    Listen,
    Offer,
    Remedy,
    RequestApproval,
)
from complaintflow.methods import six_steps

KIM = Actor("kim", limits={"EUR": 40})
ROSA = Actor("rosa", limits={"EUR": 500})
FRIDAY = datetime(2026, 5, 15, 12, 0, tzinfo=UTC)


class TuesdayMorning:
    """A clock that stands still, so that the story is the same on every day."""

    def now(self) -> datetime:
        """Return the time of the story."""
        return datetime(2026, 5, 12, 9, 30, tzinfo=UTC)


desk = Desk(six_steps(), clock=TuesdayMorning())


def tell(words: str) -> None:
    """Let the narrator speak."""
    print(f"\n{words}")


def record(act: Act, by: Actor = KIM) -> Case:
    """Record an act, and print where it leads and what it did without."""
    case = desk.record("album-7", act, by=by)
    print(f"  {desk.history(case.id)[-1]}")
    for warning in case.warnings:
        print(f"      but: {warning}")
    return case


def refused(act: Act, by: Actor = KIM) -> Refused:
    """Try an act that the method does not allow yet, and print why, and what comes first."""
    try:
        desk.record("album-7", act, by=by)
    except Refused as no:
        print(f"  {by.id} cannot {no.trigger} yet:")
        for unmet in no.unmet:
            print(f"      {unmet.text} [{', '.join(unmet.cites)}]")
        if no.way:
            print(f"      first: {', '.join(map(str, no.way))}")
        return no
    message = f"the method should have refused to {act.trigger}"
    raise AssertionError(message)


tell("On Tuesday morning Ana writes.")
desk.open(
    "album-7",
    customer="ana",
    complaint="The year on the cover is wrong! It says 1967. They married in 1976.",
    by=KIM,
)

tell("Kim sees what is wrong at once, and has a voucher at hand.")
voucher = Offer(
    remedies=[Remedy("voucher", "25.00", "EUR")],
    words="Please take 25 EUR off your next order.",
)
no = refused(voucher)
assert no.unmet[0].code == "heard"
assert no.unmet[0].satisfied_by == ("listen",)

tell("1. Listen. Ana has more to say than what is on the cover.")
record(
    Listen(
        account="I checked the proof twice, it said 1976 there. The party is on Saturday, sixty "
        "people, and this was the present from all of us children.",
        mood="upset",
    )
)

tell("Kim would ask what she wants now. But nobody has told Ana that she is right.")
refused(AskExpectation(question="What shall we do?", expectation=Expectation("A new one.")))

tell("2. Acknowledge the problem, say sorry, and promise a fair solution. The thanks come late.")
record(
    AcknowledgeProblem(
        words="Your proof says 1976, and our cover says 1967. The mistake was made here."
    )
)
record(Apologize(words="I am sorry about it, and grateful that you wrote at once."))
record(Assure(words="I will see to it myself until we have a solution that is fair to you."))

tell("3. Empathise: give back what is at stake for her, not only what is printed wrong.")
record(
    Empathize(
        words="Sixty people, and the one present from all of you. You cannot hand that over.",
        issue="the year on the cover is wrong",
        concern="there is no present on Saturday",
        impact="days of worry before a feast",
    )
)

tell("4. Ask. Her wish is simpler than Kim had feared.")
wish = Expectation("A right cover by Friday. You can keep your vouchers!", kind="replacement")
record(AskExpectation(question="What would make it right for you?", expectation=wish))

tell("5. Offer. A courier is needed, which is more than Kim may promise alone.")
remedies = [
    Remedy("replacement", details="a new cover", who="the bindery", due=FRIDAY),
    Remedy("courier", "65.00", "EUR", due=FRIDAY),
]
offer = Offer(
    remedies=remedies,
    words="We print the cover tonight, and a courier brings the album on Friday before noon.",
    customer_need="the album in her hands on Friday",
    company_constraint="the binder does not work at night",
)
no = refused(offer)
assert no.unmet[0].satisfied_by == ("request_approval", "approve")

tell("Kim asks, and would quickly say yes in Rosa's name. That does not count.")
record(RequestApproval(reason="our mistake, and the party is on Saturday", remedies=remedies))
refused(Approve(), by=Actor("kim", limits={"EUR": 500}))
record(Approve(), by=ROSA)
record(offer)
case = record(Accept(words="Oh, thank you. Friday is all I need."))
for promise in case.ledger.promises:
    print(f"      {promise.id}: {promise.what}, by {promise.who}, until {promise.due:%A, %H:%M}")

tell("The cover is printed the same night, and Kim would like to be done with it.")
record(KeepPromise("p1"))
refused(Close(retained="yes"))

tell("6. Learn, once the courier has been there; and close.")
record(KeepPromise("p2", proof="signed for by Ana on Friday, 10:40"))
record(Learn(improvement="The cover is compared with the proof before it is bound."))
case = record(Close(retained="yes", cost="92.50", currency="EUR"))

assert case.is_closed
assert not case.ledger.outstanding
assert [promise.state for promise in case.ledger.promises] == ["kept", "kept"]
print(f"\nThe case is {case.state}. Of its {case.version} entries, none is a voucher.")
