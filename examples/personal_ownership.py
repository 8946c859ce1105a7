"""
Personal ownership, told as one complaint.

Paul has been driving lorries with the wrong glasses. They were made anew twice, and are wrong
again. Lea answers for the optician's; she may promise up to 150 EUR alone. The method wants one
person who stays with it, and the customer names what is fair. Run it:
`python examples/personal_ownership.py`.
"""

from datetime import UTC, datetime, timedelta

from complaintflow import Actor, Case, Desk, Refused
from complaintflow.acts import (
    Accept,
    Act,
    AskExpectation,
    Close,
    Counter,
    Expectation,
    FollowUp,
    KeepPromise,
    Listen,
    NoteMood,
    Offer,
    RecogniseAnger,
    Reiterate,
    Remedy,
    TakeOwnership,
)
from complaintflow.methods import personal_ownership

LEA = Actor("lea", limits={"EUR": 150})
FRIDAY = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)


class HandClock:
    """A clock that is moved by hand, so that the story is the same on every day."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time it shows."""
        return self.time


clock = HandClock()
desk = Desk(personal_ownership(), clock=clock)


def tell(words: str) -> None:
    """Let the narrator speak."""
    print(f"\n{words}")


def record(act: Act) -> Case:
    """Record an act, and print where it leads and what it did without."""
    case = desk.record("glasses-5", act, by=LEA)
    print(f"  {desk.history(case.id)[-1]}")
    for warning in case.warnings:
        print(f"      but: {warning}")
    return case


def refused(act: Act) -> Refused:
    """Try an act that the method does not allow yet, and print why, and what comes first."""
    try:
        desk.record("glasses-5", act, by=LEA)
    except Refused as no:
        print(f"  lea cannot {no.trigger} yet:")
        for unmet in no.unmet:
            print(f"      {unmet.text} [{', '.join(unmet.cites)}]")
        print(f"      first: {', '.join(map(str, no.way or ()))}")
        return no
    message = f"the method should have refused to {act.trigger}"
    raise AssertionError(message)


tell("On a Monday, half an hour before closing time, Paul puts the glasses on the counter.")
desk.open("glasses-5", customer="paul", complaint="They are wrong. Again!", by=LEA)

tell("Lea says what she has heard others say. The document forbids these very words.")
anger = "the third pair, and it is wrong"
no = refused(RecogniseAnger(words="New glasses need two weeks, that's our policy.", problem=anger))
assert no.unmet[0].code == "policy_phrase"

tell("1. Listen, and see that he is angry and may be. A refund is on her lips too early, though.")
case = record(
    RecogniseAnger(
        words="Three times for one pair: I would be angry, too. We can talk about a refund.",
        problem=anger,
    )
)
assert [warning.code for warning in case.warnings] == ["premature_remedy"]
record(
    Listen(
        account="I drive a lorry. For five weeks I have read every sign twice, and on Friday I did "
        "not read one at all. You lot say that I will get used to it!",
        mood="angry",
    )
)

tell("2. Say it back: but not to somebody who cannot hear it yet.")
again = Reiterate(
    words="You do not feel safe at the wheel, and we told you to be patient. Is it that?",
    problem="he is afraid of hurting somebody",
    confirmed=True,
)
no = refused(again)
assert [unmet.code for unmet in no.unmet] == ["calmer"]
record(NoteMood(mood="discontent", note="a glass of water, and his coat is off"))
record(again)

tell('3. Own it. "We" is nobody.')
refused(TakeOwnership(words="We will take care of it.", commitment="until he sees well"))
record(
    TakeOwnership(
        words="I take this on myself. I am Lea, I measure your eyes now, and I stay with it until "
        "you read every sign.",
        commitment="measures him herself, and is there when he tries them on",
    )
)

tell("4. Ask what is fair. Paul does not think long.")
wish = Expectation("The glasses, right, and 300 EUR for the days off.", "refund", "300", "EUR")
record(AskExpectation(question="What would you consider a fair solution?", expectation=wish))

tell("5. Negotiate, from his figure down. His is above what Lea may promise alone; hers is not.")
glasses = Remedy("new glasses", due=FRIDAY, redresses="broken_product")
two_days = Remedy("refund", "120.00", "EUR", due=FRIDAY, redresses="time_lost")
record(
    Offer(
        remedies=[glasses, two_days],
        words="The glasses by Friday, and 120 EUR for the two days you sat here.",
    )
)
record(Counter(words="There were two and a half. Make it 150, and we are even."))
half_a_day_more = Remedy("refund", "150.00", "EUR", due=FRIDAY, redresses="time_lost")
record(
    Offer(
        remedies=[glasses, half_a_day_more],
        words="There were, it is in your file. 150 EUR it is.",
    )
)
case = record(Accept(words="Good. Friday, then."))
for promise in case.ledger.promises:
    print(f"      {promise.id}: {promise.what}, by {promise.who}, until {promise.due:%A, %H:%M}")

tell("Both are kept that week.")
clock.time = FRIDAY - timedelta(hours=2)
record(KeepPromise("p1", proof="he reads the smallest line"))
record(KeepPromise("p2"))

tell("6. Follow up. On the next day he could only be polite.")
clock.time += timedelta(days=1)
how = FollowUp(words="Do you read every sign, and are you content?", resolved=True, pleased=True)
no = refused(how)
assert [unmet.code for unmet in no.unmet] == ["not_too_early"]
clock.time += timedelta(weeks=3)
record(how)
case = record(Close(retained="yes", cost="231.40", currency="EUR"))

assert case.is_closed
assert case.owner == "lea"
print(f"\nThe case is {case.state}, and from its first to its last day it is {case.owner}'s.")
