"""
The seven A's, told as one complaint.

Ines has a small café, and rents the coffee machine. It has stood still on two Saturdays. Milan
looks after the machines, and would rather repair one than talk about it. Here nothing is promised
until it stands in a plan that both have agreed to. Run it: `python examples/seven_as.py`.
"""

from datetime import UTC, datetime, timedelta

from complaintflow import Case, Desk, Refused
from complaintflow.acts import (
    AcknowledgeFeelings,
    Act,
    AgreePlan,
    Apologize,
    AskExpectation,
    Assure,
    AssurePrevention,
    Close,
    ConfirmChallenges,
    ConfirmPlan,
    FollowUp,
    Invite,
    KeepPromise,
    Listen,
    NoteIssue,
    NoteMistake,
    NoteMood,
    Offer,
    PlanItem,
    ProposePlan,
    Remedy,
    Thank,
)
from complaintflow.methods import seven_as

TUESDAY = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 9, 18, 17, 0, tzinfo=UTC)


class HandClock:
    """A clock that is moved by hand, so that the story is the same on every day."""

    def __init__(self) -> None:
        self.time = datetime(2026, 9, 14, 7, 40, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time it shows."""
        return self.time


clock = HandClock()
desk = Desk(seven_as(), clock=clock)


def tell(words: str) -> None:
    """Let the narrator speak."""
    print(f"\n{words}")


def record(act: Act) -> Case:
    """Record an act, and print where it leads and what it did without."""
    case = desk.record("machine-8", act, by="milan")
    print(f"  {desk.history(case.id)[-1]}")
    for warning in case.warnings:
        print(f"      but: {warning}")
    return case


def refused(act: Act) -> Refused:
    """Try an act that the method does not allow yet, and print why, and what comes first."""
    try:
        desk.record("machine-8", act, by="milan")
    except Refused as no:
        print(f"  milan cannot {no.trigger} yet:")
        for unmet in no.unmet:
            print(f"      {unmet.text} [{', '.join(unmet.cites)}]")
        print(f"      first: {', '.join(map(str, no.way or ()))}")
        return no
    message = f"the method should have refused to {act.trigger}"
    raise AssertionError(message)


tell("It is Monday, and Ines is on the telephone before eight.")
complaint = "It stood still again on Saturday! I sold tea, and people went next door."
desk.open("machine-8", customer="ines", complaint=complaint, by="milan", channel="phone")

tell("Milan knows what it cost her, and names a sum.")
month = Offer(
    remedies=[Remedy("refund", "180.00", "EUR", who="milan", due=FRIDAY)],
    words="We pay you back a month's rent.",
)
no = refused(month)
assert len(no.unmet) == 6

tell("1. Acknowledge the feelings. He does; but what he means to do about it, he leaves open.")
case = record(
    AcknowledgeFeelings(
        words="Two Saturdays, and they are your week. I take that seriously, and I hear you.",
        feeling="anger, and worry about the café",
        problem="the machine failed on two Saturdays",
    )
)
assert [warning.code for warning in case.warnings] == ["mission_named"]

tell("2. Air the grievances: all of them, for as long as it takes.")
record(Invite(words="Tell me how it was, from the beginning."))
record(
    Listen(
        account="The first time somebody came on the Tuesday and said it was the water. It was not "
        "the water. I rang on Saturday, and got a tape that wished me a nice weekend.",
        mood="upset",
    )
)
record(NoteMistake(text="the pump was not looked at on the first visit"))

tell("3. Apologise. For everything and nothing in particular: that will not do.")
refused(Apologize(words="I apologise for the inconvenience."))
record(Apologize(words="We blamed your water, and it was our pump. I am sorry.", covers=["m1"]))

tell("4. Assure her, and look for a solution, as soon as she wants to look for one.")
record(Assure(words="I stay with this until your machine runs on a Saturday, and on the next."))
record(NoteMood(mood="calm", willing=True, note="asks what a pump costs"))
wish = "That it runs. And somebody I can reach on a Saturday."
record(AskExpectation(question="What do you need from us?", expectation=wish))
record(NoteIssue(text="the next Saturday", urgency="pressing"))
record(NoteIssue(text="nobody works at weekends", whose="company"))
record(
    Offer(
        remedies=[
            Remedy("new pump", who="milan", due=TUESDAY, urgency="pressing"),
            Remedy("number for weekends", who="milan", due=FRIDAY),
        ],
        words="Tomorrow at eight I put in a new pump, and by Friday you have a number for "
        "weekends, with a technician at the other end.",
    )
)
record(
    ConfirmChallenges(
        words="You live on your Saturdays, and none of us works then. Is that it?", confirmed=True
    )
)

tell("5. Agree, in writing. With one signature there is no plan yet, and no promise.")
record(
    ProposePlan(
        items=[
            PlanItem("a new pump", who="milan", due=TUESDAY),
            PlanItem("a number for weekends", who="milan", due=FRIDAY),
        ],
        document="Milan puts in a new pump on Tuesday. By Friday there is a number for weekends.",
    )
)
case = record(AgreePlan(words="Tomorrow at eight. The door is open from six."))
assert not case.ledger.promises
case = record(ConfirmPlan(words="Then it is agreed."))
for promise in case.ledger.promises:
    print(f"      {promise.id}: {promise.what}, by {promise.who}, until {promise.due:%A, %H:%M}")

tell("6. Act. The pump is in on Tuesday, and Milan would call it a day.")
clock.time = TUESDAY - timedelta(minutes=10)
record(KeepPromise("p1", proof="thirty cups, one after the other"))
no = refused(Close())
assert "promises_settled" in {unmet.code for unmet in no.unmet}
clock.time = FRIDAY - timedelta(hours=2)
record(KeepPromise("p2", proof="Ines rang it, and Pavel answered"))

tell("7. Accomplish it: ask on Monday, say thank you, and see that it does not happen again.")
clock.time = FRIDAY + timedelta(days=3)
record(FollowUp(words="How was Saturday?", resolved=True, pleased=True))
record(Thank(words="Thank you for telling us, and for another try."))
record(
    AssurePrevention(
        words="I will do what I can that no one hears that tape on a Saturday again.",
        preventive_action="the pump is looked at on every first visit",
    )
)
case = record(Close(retained="yes"))

assert case.is_closed
assert [promise.state for promise in case.ledger.promises] == ["kept", "kept"]
print(f"\nThe case is {case.state}, and nothing was paid back: it was not what she needed.")
