"""
What the source documents ask for, clause by clause, in our own sentences.

The ids are those that methods cite (`Method.cited`), so that a table can set what a document asks
beside what holds it. The documents themselves are not part of the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from complaintflow._value import Value

Force = Literal["must", "should", "may", "attitude"]


@frozen(eq=False, repr=False)
class Clause(Value):
    """One thing a document says about how a complaint is to be resolved."""

    id: str
    """What methods and refusals cite it by; `'003-12'`."""

    document: str
    """The file name of the document it stands in."""

    force: Force
    """
    How strongly it binds.

    `must` is demanded: without it an act is refused, or its words are checked and the entry says
    so. `should` is recommended: without it the entry carries a warning. `may` is offered.
    `attitude` is nothing to enforce: it is documented, and never a requirement.
    """

    text: str
    """What it asks for, in our own words."""

    def __str__(self) -> str:
        return f"{self.id} ({self.force}): {self.text}"


FIVE_STEPS = "000_e63535d0a9f1d5bf.txt"
SEVEN_AS = "001_101f6011115c6dfc.txt"
PERSONAL_OWNERSHIP = "002_576f7c03354d68fd.txt"
SIX_STEPS = "003_437c3cb06d5720e4.txt"

_WORDED: dict[str, tuple[tuple[str, Force, str], ...]] = {
    FIVE_STEPS: (
        ("01", "must", "A complaint arrives, by telephone or otherwise."),
        ("02", "must", "The five steps are taken in their order."),
        ("03", "should", "The customer's side and the company's side are kept, and kept apart."),
        ("04", "should", "Nobody tries to talk the customer out of how they see it."),
        ("05", "must", "Nobody tells customers that they are wrong, least of all upset ones."),
        ("06", "should", "It goes quickly."),
        ("07", "should", "Saying only that the customer is right resolves nothing."),
        ("08", "attitude", "The customer is served well, though not everybody plays fair."),
        ("10", "must", "Empathy comes first."),
        ("11", "may", "An expression of regret can be the empathy."),
        ("12", "must", "An apology admits no fault by itself."),
        ("13", "may", "Empathy lowers the guard; the mood before and after can be noted."),
        ("20", "must", "Then the agent listens."),
        ("21", "may", "Whoever listens does nothing else meanwhile."),
        ("22", "should", "What is heard is kept in the customer's own words."),
        ("23", "must", "Nothing is asked before the customer was listened to."),
        ("30", "must", "The agent asks questions, and at least one is answered."),
        ("31", "must", "The issues are on record: whether there are more, and which is the main."),
        ("32", "should", "The customer's point of view is on record."),
        ("33", "may", "There can be several rounds of questions."),
        ("34", "should", "The agent goes on only when the situation is understood."),
        ("40", "must", "Something is done about it."),
        ("41", "may", "What is done is the agent's choice; there is no closed list."),
        ("42", "may", "An apology alone can be what is done."),
        ("43", "may", "Explaining a service can be what is done."),
        ("44", "must", "Every issue is dealt with before it is over."),
        ("50", "should", "The case is followed up, or it is said why that does not apply."),
        ("51", "must", "Following up means reaching out to the customer."),
        ("52", "should", "The customer is asked whether it is resolved; a no begins again."),
        ("53", "attitude", "It is about complaints against the company as such."),
    ),
    SEVEN_AS: (
        ("01", "should", "It is dealt with soon; nothing is put off."),
        ("02", "may", "How the customer feels is noted, on a scale from mild to hostile."),
        ("03", "must", "The way of answering is the same, however the customer feels."),
        ("04", "must", "The seven steps are taken in their order."),
        ("05", "should", "Urgent damage is limited at once, whatever step is due."),
        ("10", "must", "The customer's feelings are acknowledged first."),
        ("11", "must", "Feelings are not judged."),
        ("12", "should", "The customer hears that it is all right to feel as they do."),
        ("13", "should", "The customer hears that it is taken seriously."),
        ("14", "should", "The agent makes the concern their own mission."),
        ("20", "must", "After that the customer is invited to say everything."),
        ("21", "must", "Everything they think and feel is on record."),
        ("22", "must", "They are not rushed; they alone say when they have finished."),
        ("23", "must", "Whatever they say, no word of theirs is held against them."),
        ("24", "must", "The acknowledgement also says that there is a problem."),
        ("30", "must", "The agent apologises, whatever has happened."),
        ("31", "must", "Who is right makes no difference to the apology."),
        ("32", "must", "The apology names each mistake that was made."),
        ("33", "must", "Where no mistake is known, the apology is for the inconvenience."),
        ("34", "attitude", "The customer is right."),
        ("40", "must", "The agent assures the customer that it will be dealt with."),
        ("41", "should", "The assurance promises to work on it, and names no remedy."),
        ("42", "must", "The talk is put off only after the assurance."),
        ("43", "may", "Another time to talk can be proposed, as often as it takes."),
        ("44", "should", "The talk goes on when everybody is calmer."),
        ("45", "must", "Solutions are discussed with somebody who is calm enough and willing."),
        ("46", "must", "Both sides contribute: what is expected, and what can be provided."),
        ("47", "must", "Proposals are specific."),
        ("48", "must", "What presses most is solved first."),
        ("49", "may", "What can wait may be talked about afterwards."),
        ("50", "must", "The challenges of both sides are clear before a plan is made."),
        ("51", "must", "Both sides agree on a schedule, in writing."),
        ("52", "must", "Each item of the plan says what, until when, and who."),
        ("53", "must", "Everything that was agreed stands in the plan."),
        ("60", "must", "What is done is what was agreed; a change is agreed again."),
        ("61", "must", "It is done in time, and what was late stays on record."),
        ("62", "attitude", "It is done with purpose."),
        ("70", "must", "The customer is asked for their view once everything is done."),
        ("71", "must", "They are asked whether they are satisfied; a no begins again."),
        ("72", "must", "The customer is thanked for the chance to put it right."),
        ("73", "must", "The agent says what will be done so that it does not happen again."),
        ("74", "must", "The case is over when what was promised is settled."),
        ("75", "may", "The team can be told of a job well done."),
    ),
    PERSONAL_OWNERSHIP: (
        ("01", "may", "How the mood develops is noted."),
        ("02", "should", "The record says whether the customer stays."),
        ("10", "must", "Listening comes first, with patience."),
        ("11", "must", "The customer may let off steam, and explains the problem."),
        ("12", "must", "No attack on the agent is held against the customer."),
        ("13", "should", "Nothing the agent says is defensive."),
        ("14", "should", "The real problem is written down beside the venting."),
        ("15", "must", "The agent recognises that the customer is angry, and may be."),
        ("16", "must", "The agent recognises that there is a problem."),
        ("17", "must", "Solving begins once the customer is calmer."),
        ("18", "should", "Tone is no reason to turn anybody away: there is a problem behind it."),
        ("20", "must", "It is enough that the customer has begun to calm down."),
        ("21", "must", "Nobody hides behind a policy."),
        ("22", "must", "Nobody is sent to a website instead of being helped."),
        ("23", "should", "Nobody is shut down or sent elsewhere."),
        ("24", "should", "It is a person who helps."),
        ("25", "must", "The agent restates the problem, and the customer confirms it."),
        ("26", "may", "The restatement takes up what the customer said."),
        ("30", "should", "The customer is not told that another department will help."),
        ("31", "should", "The customer is not told that a supervisor will have to help."),
        ("32", "must", "One person takes responsibility early, by name and in the first person."),
        ("33", "must", "That person says that they will work with the customer on it."),
        ("34", "must", "A case changes hands only with a reason, and the customer is told."),
        ("35", "may", "Others can be asked for help while the owner stays."),
        ("36", "may", "The words of ownership are not a script."),
        ("40", "must", "The company does not make the first proposal."),
        ("41", "must", "The customer is asked what they would find fair."),
        ("42", "must", "The customer's answer is where the negotiation starts."),
        ("43", "should", "What the customer expects is on record."),
        ("50", "should", "A wish that goes too far is answered with a counter-offer."),
        ("51", "should", "The negotiation works down from the customer's wish."),
        ("52", "must", "The settlement makes up for lost time, a broken product, or other harm."),
        ("60", "must", "A settlement does not end the case."),
        ("61", "must", "The case is followed up after a few weeks, not sooner."),
        ("62", "must", "They are asked if it is resolved, and if pleased; a no begins again."),
        ("63", "may", "The follow-up says that the customer matters."),
        ("64", "may", "Going further than one has to may keep a customer."),
    ),
    SIX_STEPS: (
        ("01", "attitude", "Six steps are announced and five are numbered."),
        ("02", "attitude", "A company can learn from the experience of a customer."),
        ("03", "should", "The record says whether the customer stays."),
        ("10", "must", "Listening comes first, and nothing replaces it."),
        ("11", "should", "The customer talks before the company does."),
        ("12", "must", "No resolution is rushed into before the customer is heard."),
        ("13", "may", "Nothing sounds condescending or dismissive."),
        ("14", "should", "Listening takes the time it takes; no time limit ends it."),
        ("15", "may", "The agent takes notes where they are needed."),
        ("20", "must", "After listening, the agent says that there is a problem, and which."),
        ("21", "should", "Doing so shows that the customer is valued and was listened to."),
        ("22", "should", "With it, the agent apologises for the problem."),
        ("23", "should", "With it, the agent promises a fair solution, and names no remedy."),
        ("30", "must", "Empathy reflects back the customer's own issue and concern."),
        ("31", "should", "It says what the problem did to the customer's experience."),
        ("40", "must", "The customer is asked what would put it right."),
        ("41", "must", "The answer is recorded; that they do not know is an answer, too."),
        ("42", "must", "What the customer expects is heard before anything is offered."),
        ("43", "attitude", "Being asked makes a customer feel respected and valued."),
        ("44", "should", "Whoever offers knows what is expected, or that nothing is named."),
        ("50", "must", "A resolution is offered, and the offer is on record."),
        ("51", "may", "A wish that is easy to meet is agreed to as it is."),
        ("52", "must", "Offers can be answered and changed, until agreement or deadlock."),
        ("53", "should", "An offer weighs what the customer needs against what binds us."),
        ("54", "must", "Nobody gives more away than they may, unless it is approved."),
        ("55", "should", "The close says whether the customer stays, and what it cost."),
        ("60", "should", "The case leaves a lesson behind, before it is closed."),
        ("61", "should", "The lesson says what will be better, and blames nobody."),
        ("62", "attitude", "Good service sets a small business apart."),
    ),
}


def _clauses() -> Iterator[Clause]:
    for document, worded in _WORDED.items():
        for place, force, text in worded:
            yield Clause(f"{document[:3]}-{place}", document, force, text)


CLAUSES: tuple[Clause, ...] = tuple(_clauses())
"""Every clause of the four documents, in their order."""


def clauses_of(document: str) -> tuple[Clause, ...]:
    """Return the clauses of a document, in its order; none where the file name is not known."""
    return tuple(clause for clause in CLAUSES if clause.document == document)


__all__ = ["CLAUSES", "Clause", "Force", "clauses_of"]
