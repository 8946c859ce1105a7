"""Reading what somebody is about to say by the language rules of a method, without a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from complaintflow._evidence import MOODS, Mood
from complaintflow._given import FLAG, TEXT, TEXTS, a, look_over, or_none
from complaintflow._language import LanguageRule
from complaintflow._language._reader import Reader, Spoken
from complaintflow._language._texts import without_answered
from complaintflow._method import Method
from complaintflow._spelling import did_you_mean
from complaintflow._value import Value
from complaintflow.errors import EvidenceError, Unmet


@frozen(eq=False, repr=False)
class LintFinding(Value):
    """One language rule that a text runs into."""

    code: str
    """The rule's name in its method; `'premature_remedy'`."""

    text: str
    """What is wrong, for people; on the entry of the act it is the warning's sentence."""

    cites: tuple[str, ...] = ()
    """The clauses it stands on; `('003-12',)`."""

    phrase: str = ""
    """The words that were found, in small letters. Empty: it is words that lack."""

    sentence: str = ""
    """The first sentence of the text they stand in. Empty: it is words that lack."""

    blocks: bool = False
    """True: the act would be refused, unless the code is waived. False: it is a warning."""

    strong: bool = False
    """True: it weighs more, as the customer is upset."""

    def __str__(self) -> str:
        return self.text


def lint(
    method: Method,
    text: str,
    *,
    step: str,
    mood: Mood | None = None,
    accounts: Iterable[str] = (),
    facts: Iterable[str] = (),
    limited: bool = False,
) -> tuple[LintFinding, ...]:
    """
    Return what the language rules of a method find in a text, in the order of the rules.

    The same rules read every act that a desk records; this asks them beforehand. A rule is
    reported once, however often its phrases occur.

    Args:
        method: whose rules to read by.

        text: what is about to be said to the customer; for an act that says nothing to them, such
            as `learn`, what is about to be written for the record.

        step: the trigger of the act it is said in; `'offer'`.

        mood: how the customer feels. None: not known, and no warning is a strong one.

        accounts: what the customer has said so far; some rules pass over words of theirs.

        facts: what is established; rules that hold until then pass. Empty: nothing is.

        limited: whether whoever says it has limits.

    Raises:
        UnknownAct: the method has no such act.

        EvidenceError: something else cannot be used: a blank text, an unknown fact or mood, or an
            act whose words no language rule could read; all of it is listed.
    """
    told, known = _given(accounts), _given(facts)
    look_over(
        "lint",
        method=(a(Method, "a method, built by calling it, such as six_steps()"), method),
        text=(TEXT, text),
        step=(TEXT, step),
        mood=(or_none(TEXT), mood),
        accounts=(TEXTS, told),
        facts=(TEXTS, known),
        limited=(FLAG, limited),
    )
    spec = method.rule(step).act.spec
    if problems := tuple(_problems(method, text, step, mood, known)):
        raise EvidenceError("lint", problems)
    spoken = Spoken(
        step,
        (text,) if spec.said else (),
        () if spec.said else (text,),
        frozenset(known),
        told,
        mood,
        limited,
    )
    return tuple(
        _finding(rule, warning, spoken, text)
        for rule, warning in Reader(method.language).read(spoken)
    )


def _given(texts: Iterable[str] | str) -> tuple[str, ...]:
    if isinstance(texts, str):
        return (texts,)
    return tuple(texts) if isinstance(texts, Iterable) else texts


def _problems(
    method: Method, text: str, step: str, mood: str | None, facts: tuple[str, ...]
) -> Iterator[str]:
    if not text.strip():
        yield "there is no text to read"
    if mood is not None and mood not in MOODS:
        yield f"there is no mood '{mood}'{did_you_mean(mood, MOODS)}; there are: {', '.join(MOODS)}"
    names = [fact.name for fact in method.facts]
    for fact in facts:
        if fact not in names:
            hint = did_you_mean(fact, names)
            yield f"{method.name} has no fact '{fact}'{hint}; it has: {', '.join(names)}"
    if not _can_be_read(method, step):
        speaking = [rule.trigger for rule in method.rules if _can_be_read(method, rule.trigger)]
        yield f"'{step}' says nothing that rules read; acts that do: {', '.join(speaking)}"


def _can_be_read(method: Method, step: str) -> bool:
    return bool(method.rule(step).act.spec.said) or any(
        rule.notes and (not rule.acts or step in rule.acts) for rule in method.language
    )


def _finding(rule: LanguageRule, warning: Unmet, spoken: Spoken, text: str) -> LintFinding:
    phrase, sentence = ("", "") if rule.wanted else _place(rule, spoken, text)
    return LintFinding(
        warning.code,
        warning.text,
        warning.cites,
        phrase,
        sentence,
        rule.blocks and bool(spoken.said),
        warning.strong,
    )


_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n\s*\n")


def _place(rule: LanguageRule, spoken: Spoken, text: str) -> tuple[str, str]:
    """Return what a rule finds, and the first sentence with it; all where that cannot be told."""
    reader = Reader([rule])
    phrase, _ = reader.first(spoken)
    sentences = tuple(_BETWEEN_SENTENCES.split(without_answered(text)))
    apart = evolve(spoken, notes=sentences) if rule.notes else evolve(spoken, said=sentences)
    found, number = reader.first(apart)
    return phrase, " ".join((sentences[number] if found == phrase else text).split())
