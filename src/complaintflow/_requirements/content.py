"""About the act's own content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any

from complaintflow._evidence import Expectation
from complaintflow._evidence._values import PlanItems, Remedies
from complaintflow._evidence._words import telling_words, texts_of
from complaintflow._requirements._base import Question, Requirement
from complaintflow._requirements._made import maker


def says(code: str, text: str, met: Callable[[Any], bool], *, cites: Iterable[str]) -> Requirement:
    """Require something of the act's own content."""
    return Requirement(code, text, lambda q: met(q.act), cites=cites, reads=["evidence"])


@maker(lambda given: dict.fromkeys(given["fields"], object))
def fills(*fields: str, code: str, text: str, cites: Iterable[str]) -> Requirement:
    """Require that optional fields of the act are filled."""
    get = attrgetter(*fields)
    if len(fields) == 1:
        return Requirement(
            code, text, lambda q: get(q.act) is not None, cites=cites, reads=["evidence"]
        )
    return Requirement(
        code, text, lambda q: None not in get(q.act), cites=cites, reads=["evidence"]
    )


@maker({"expectation": Expectation | None})
def wish_sorted(*, cites: Iterable[str]) -> Requirement:
    """Require that a wish says which kind of remedy it amounts to (003-41)."""
    return says(
        "wish_sorted",
        "what kind of remedy the wish amounts to is not said",
        lambda act: act.expectation is not None and act.expectation.kind is not None,
        cites=cites,
    )


@maker({})
def takes_up_the_account(*, code: str, text: str, cites: Iterable[str]) -> Requirement:
    """Require that the words take up at least one word of what the customer said."""

    def met(question: Question) -> bool:
        said = set[str]()
        for name in question.act.spec.said:
            for words in texts_of(getattr(question.act, name)):
                said |= telling_words(words) | set(re.findall(r"\w+", words.lower()))
        return any(said & telling_words(account) for account in question.ledger.accounts)

    return Requirement(code, text, met, cites=cites, reads=["evidence", "ledger"])


@maker(lambda given: {given.get("field", "words"): str | None})
def first_person(
    *,
    words: Iterable[str],
    cites: Iterable[str],
    field: str = "words",
    text: str = "say it for yourself, in the first person",
) -> Requirement:
    """
    Require that what is said is said in the first person: "I", not "we" (002-32).

    Args:
        words: what shows it, of which one has to stand in the text.

        cites: the clauses it stands on.

        field: where the act has the text; an empty field passes.

        text: the sentence for a no; the words are told after it.
    """
    told = tuple(words)
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in told))

    def met(act: Any) -> bool:
        said = getattr(act, field)
        return said is None or pattern.search(said) is not None

    return says("first_person", f"{text} ({', '.join(told)})", met, cites=cites)


@maker({"words": str})
def unscripted(templates: Iterable[str], *, cites: Iterable[str]) -> Requirement:
    """
    Require that what is said is nobody's template (002-36).

    Args:
        templates: the texts that agents are handed. Words that are the same in the same order, four
            fifths of them, make it one of these.

        cites: the clauses it stands on.
    """
    known = tuple(_plain(template).split() for template in templates)

    def met(act: Any) -> bool:
        from difflib import SequenceMatcher

        said = _plain(act.words).split()
        return all(
            SequenceMatcher(None, said, template, autojunk=False).ratio() < _ALIKE
            for template in known
        )

    return says("unscripted", "it reads like a script; say it in your own words", met, cites=cites)


_ALIKE = 0.8


@maker({"words": str})
def not_pasted(*, cites: Iterable[str]) -> Requirement:
    """Require that a restatement is in one's own words, and no paste of the account (002-25)."""

    def met(question: Question) -> bool:
        said = _plain(question.act.words)
        return not any(said == _plain(account) for account in question.ledger.accounts)

    return Requirement(
        "own_words",
        "say it in your own words; this is what {customer} wrote",
        met,
        cites=cites,
        reads=["evidence", "ledger"],
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


@maker({"remedies": Remedies})
def specific(*, cites: Iterable[str]) -> Requirement:
    """Require that every remedy offered says who will do it, and until when (001-47)."""
    return says(
        "specific",
        "say who will do it and until when, for each remedy",
        lambda act: all(r.who is not None and r.due is not None for r in act.remedies),
        cites=cites,
    )


@maker({"remedies": Remedies})
def redress_named(*, cites: Iterable[str]) -> Requirement:
    """Require that remedies name what they compensate (002-52)."""
    return says(
        "redress_named",
        "say what it makes up for: time lost, a broken product, or something else",
        lambda act: any(r.redresses is not None for r in act.remedies),
        cites=cites,
    )


@maker({"to": datetime})
def talk_ahead() -> Requirement:
    """Require that a talk is put off to a time that is still to come."""
    return Requirement(
        "in_future",
        "the other time to talk must be still to come",
        lambda q: q.act.to > q.at,
        reads=["evidence", "time"],
    )


@maker({"items": PlanItems})
def lines_ahead(*, cites: Iterable[str]) -> Requirement:
    """Require that no line of a plan is due in the past (001-52)."""
    return Requirement(
        "due_ahead",
        "no line of the plan can be due in the past",
        lambda q: all(item.due >= q.at for item in q.act.items),
        cites=cites,
        reads=["evidence", "time"],
    )


@maker({})
def by_human(*, cites: Iterable[str]) -> Requirement:
    """Require that a person says it, and no program (002-24)."""
    return Requirement(
        "by_human",
        "a live person should say it",
        lambda q: q.by.kind == "human",
        cites=cites,
        reads=["authority"],
    )


@maker({"remedies": Remedies})
def remedies_ahead() -> Requirement:
    """Require that nothing is offered until a moment, or for one, that has passed."""

    def met(question: Question) -> bool:
        act = question.act
        moments = [r.due for r in act.remedies] + [getattr(act, "expires", None)]
        return all(moment is None or moment >= question.at for moment in moments)

    return Requirement(
        "still_to_come",
        "what is offered cannot be due, or expire, in the past",
        met,
        reads=["evidence", "time"],
    )
