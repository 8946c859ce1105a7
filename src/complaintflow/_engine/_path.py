"""A path: what one outcome of an act asks for, what it recommends, and what it brings."""

from __future__ import annotations

from attrs import frozen

from complaintflow._case import Effect
from complaintflow._engine._spoken import unspeakable
from complaintflow._language._reader import Reader
from complaintflow._method import Method, Rule
from complaintflow._requirements import Met, Question, Requirement
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.errors import Unmet

NOTHING: frozenset[str] = frozenset()


@frozen(eq=False, repr=False)
class Path(Value):
    """What one outcome of one act asks for and brings, worked out once."""

    facts: frozenset[str]
    """The facts it needs, together."""
    musts: tuple[Met, ...]
    """The questions beyond facts that must be met."""
    advice: tuple[Requirement, ...]
    """What is recommended."""
    advised: frozenset[str]
    """The facts that are recommended."""
    advice_met: tuple[Met, ...]
    """The recommended questions beyond facts."""
    requirements: tuple[Requirement, ...]
    """Everything it must meet, facts included, in the order a refusal tells it."""
    beyond: tuple[Requirement, ...]
    """Those of them that ask for something else than a fact."""
    establishes: frozenset[str]
    clears: frozenset[str]
    begins_cycle: bool
    effects: tuple[Effect, ...]
    is_plain: bool
    """True: nothing has to be worked out for its entry but the move."""


def blocking(question: Question, path: Path) -> list[Requirement]:
    """Return the requirements that are neither met nor waived, in the order they are told."""
    waived = question.case.ledger.waived
    return [
        requirement
        for requirement in path.requirements
        if requirement.code not in waived and not requirement.met(question)
    ]


def not_followed(question: Question, path: Path) -> tuple[Unmet, ...]:
    """Return what is recommended, and is neither met nor waived, in the order it is told."""
    if path.advised <= question.case.facts:
        for met in path.advice_met:
            if not met(question):
                break
        else:  # nearly always
            return ()
    waived = question.case.ledger.waived
    return tuple(
        [
            advice.unmet(question)
            for advice in path.advice
            if advice.code not in waived and not advice.met(question)
        ]
    )


def outcomes_of(rule: Rule) -> tuple[str | None, ...]:
    """Return every outcome an act can have in its rule; None stands for the only one."""
    names = dict.fromkeys((*rule.act.spec.outcomes, *(o.name for o in rule.outcomes)))
    return tuple(names) or (None,)


def path_of(method: Method, rule: Rule, outcome: str | None, reader: Reader | None = None) -> Path:
    """
    Return what one outcome of a rule asks for and brings.

    Args:
        method: the method.

        rule: one of its rules.

        outcome: which of its outcomes. None: it has only one.

        reader: reads by the language rules of the method. None: no words are asked about.
    """
    everything = method.requirements(rule, outcome) + tuple(
        unspeakable(language, reader)
        for language in method.language
        if reader is not None
        and language.blocks
        and rule.act.spec.said
        and (not language.acts or rule.trigger in language.acts)
    )
    musts = tuple(r for r in everything if not r.should)
    advice = tuple(r for r in everything if r.should)
    own = next((o for o in rule.outcomes if o.name == outcome), None)
    notify = rule.notify + (own.notify if own else ())
    return Path(
        facts=frozenset(r.fact for r in musts if r.fact is not None),
        musts=tuple(r.met for r in musts if r.fact is None),
        advice=advice,
        advised=frozenset(r.fact for r in advice if r.fact is not None),
        advice_met=tuple(r.met for r in advice if r.fact is None),
        requirements=musts,
        beyond=tuple(r for r in musts if r.fact is None),
        establishes=rule.establishes | (own.establishes if own else NOTHING),
        clears=rule.clears | (own.clears if own else NOTHING),
        begins_cycle=rule.begins_cycle or (own is not None and own.begins_cycle),
        effects=tuple(Effect(topic, to) for topic, to in notify),
        is_plain=not (
            advice
            or method.limits
            or method.language
            or rule.act.agreed is not Act.agreed
            or any(invariant.watch for invariant in method.invariants)
        ),
    )
