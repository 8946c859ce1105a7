"""The words of an act, as the language rules of its method read them: once, and for all of them."""

from __future__ import annotations

from complaintflow._evidence._words import texts_of
from complaintflow._language import LanguageRule
from complaintflow._language._reader import Reader, Spoken
from complaintflow._requirements import Question, Requirement, holds
from complaintflow.errors import Unmet


def heard(question: Question, reader: Reader) -> tuple[tuple[LanguageRule, Unmet], ...]:
    """Return what the language rules find in the words of an act; they are read once."""
    if question.heard is None:
        question.heard = reader.read(_spoken(question))
    return question.heard  # type: ignore[no-any-return]


def _spoken(question: Question) -> Spoken:
    """Return what an act says, and in which situation."""
    act, case = question.act, question.case
    spec, ledger = act.spec, case.ledger
    return Spoken(
        act.trigger,
        tuple([text for name in spec.said for text in texts_of(getattr(act, name))]),
        tuple([text for name in spec.notes for text in texts_of(getattr(act, name))]),
        case.facts,
        ledger.accounts,
        ledger.mood,
        question.by.limits is not None,
    )


def unspeakable(rule: LanguageRule, reader: Reader) -> Requirement:
    """Return the requirement that an act runs into none of a blocking rule's phrases."""

    def found(question: Question) -> Unmet | None:
        return next((u for r, u in heard(question, reader) if r is rule), None)

    return Requirement(
        rule.code,
        rule.text.replace("{phrase}", "/".join(rule.phrases)),
        lambda q: found(q) is None,
        cites=rule.cites,
        reads=["evidence", "ledger"],
        standing=holds,
        tell=lambda q: "" if (unmet := found(q)) is None else unmet.text,
    )
