"""
The five steps, told as one complaint.

Theo has a box of vegetables brought to his door each Wednesday. Runa packs the boxes, and answers
the telephone on the farm; she likes to have things done. The method takes no promises: what is to
be done is done, for each thing that is wrong. Run it: `python examples/five_steps.py`.
"""

from datetime import UTC, datetime, timedelta

from complaintflow import Case, Desk, Refused
from complaintflow.acts import (
    Act,
    AskQuestion,
    Close,
    Empathize,
    FollowUp,
    Listen,
    NoteIssue,
    NoteOurSide,
    NoteUnderstanding,
    TakeAction,
)
from complaintflow.methods import five_steps


class HandClock:
    """A clock that is moved by hand, so that the story is the same on every day."""

    def __init__(self) -> None:
        self.time = datetime(2026, 6, 10, 18, 20, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time it shows."""
        return self.time


clock = HandClock()
desk = Desk(five_steps(), clock=clock)


def tell(words: str) -> None:
    """Let the narrator speak."""
    print(f"\n{words}")


def record(act: Act) -> Case:
    """Record an act, and print where it leads and what it did without."""
    case = desk.record("box-23", act, by="runa")
    print(f"  {desk.history(case.id)[-1]}")
    for warning in case.warnings:
        print(f"      but: {warning}")
    return case


def refused(act: Act) -> Refused:
    """Try an act that the method does not allow yet, and print why, and what comes first."""
    try:
        desk.record("box-23", act, by="runa")
    except Refused as no:
        print(f"  runa cannot {no.trigger} yet:")
        for unmet in no.unmet:
            print(f"      {unmet.text} [{', '.join(unmet.cites) or 'the library'}]")
        print(f"      first: {', '.join(map(str, no.way or ()))}")
        return no
    message = f"the method should have refused to {act.trigger}"
    raise AssertionError(message)


tell("It is Wednesday evening, and Theo rings up.")
complaint = "Three weeks running, the salad is limp. And this time there are no eggs!"
desk.open("box-23", customer="theo", complaint=complaint, by="runa", channel="phone")

tell("Runa has the van key in her hand already.")
another = TakeAction(issue="i1", kind="another box", words="I bring you another one tonight.")
no = refused(another)
assert no.unmet[0].code == "empathy_shown"

tell("1. Empathise. It takes a sentence.")
record(Empathize(words="You come home hungry, open the box, and the best of it is past eating."))

tell("2. Listen. There is more to it than salad.")
record(
    Listen(
        account="I cook on Wednesdays, for my father and me. I plan it on Sunday by your list. "
        "Then half of it is for the bin, and I am standing there.",
        mood="upset",
    )
)
record(NoteIssue(text="the salad is limp", primary=True))
record(NoteIssue(text="the eggs were missing"))

tell("3. Ask. She had thought of the cold store, and it is not the cold store at all.")
record(
    AskQuestion(
        question="When do you come home to it?",
        answer="At six. It stands before the door, and the sun is on it all afternoon.",
    )
)
record(
    AskQuestion(
        question="Is there anything else that I should know?",
        answer="My father does not see well. He would never find it behind the house.",
        about="anything_else",
    )
)

tell("4. Act. The eggs are easy. But so far Runa has noted down nothing but what went wrong.")
case = record(TakeAction(issue="i2", kind="eggs", words="I put them in my own car, now."))
assert [warning.code for warning in case.warnings] == ["our_side_noted", "understood"]

tell("She looks up the route, and puts herself in his place.")
record(NoteOurSide(account="the round was turned about in May; his box comes at one now"))
record(NoteUnderstanding(point_of_view="it is the one meal in the week with his father"))

tell("It is late, and Runa would like to be done with it.")
no = refused(Close())
assert {unmet.code for unmet in no.unmet} == {"all_settled", "follow_up_settled"}

tell("The round is turned back, and what is behind the complaint is gone with it.")
clock.time += timedelta(days=1)
record(
    TakeAction(
        issue="i1",
        kind="another round",
        words="From next week you are the last on the round: I am at your door at six.",
    )
)

tell("5. Follow up, after the next Wednesday.")
clock.time += timedelta(days=7)
record(
    FollowUp(
        words="It is Runa. How was the salad?",
        resolved=True,
        pleased=True,
        channel="phone",
    )
)
case = record(Close(retained="yes"))

assert case.is_closed
assert len(case.ledger.issues) == 2
print(f"\nThe case is {case.state}. Of another box on the first evening, there is nothing in it.")
