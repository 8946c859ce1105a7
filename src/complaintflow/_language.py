"""
Language rules: phrases looked for in what the agent says to the customer, as data.

Deterministic, and deaf to the customer: only texts marked as the agent's are read. All rules of a
method are one compiled pattern, so that a text is passed over once however many rules there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import field, frozen

from complaintflow.acts import Act
from complaintflow.errors import Unmet


def _tuple(value: Iterable[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _set(value: Iterable[str] | str) -> frozenset[str]:
    return frozenset(_tuple(value))


@frozen
class LanguageRule:
    """
    Phrases that a text should not hold, or of which it should hold one.

    Case, spacing, curly quotes and contractions do not matter; `refund*` stands for every word
    that begins so.
    """

    code: str
    """Its name in the method; `'premature_remedy'`."""

    phrases: tuple[str, ...] = field(converter=_tuple)
    """What is looked for."""

    text: str = field()
    """The sentence of the warning; `{phrase}` stands for what was found."""

    cites: tuple[str, ...] = field(default=(), converter=_tuple)
    """The clauses it stands on."""

    acts: tuple[str, ...] = field(default=(), converter=_tuple)
    """The triggers it reads. Empty: every act."""

    until: frozenset[str] = field(default=frozenset(), converter=_set)
    """The facts that end it: it holds while one of them is missing. Empty: it always holds."""

    own_words: bool = True
    """False: words that the customer's own account uses are no hit."""

    wanted: bool = False
    """True: the text should hold one of the phrases. False: it should hold none."""

    notes: bool = False
    """True: it reads what is written for the record. False: what is said to the customer."""


_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " "})  # noqa: RUF001
_CONTRACTIONS = (
    ("n't", r"(?:n't|\s+not)"),
    ("'re", r"(?:'re|\s+are)"),
    ("'ll", r"(?:'ll|\s+will)"),
    ("'ve", r"(?:'ve|\s+have)"),
    ("'s", r"(?:'s|\s+is)"),
)


def _normal(text: str) -> str:
    return text.translate(_STRAIGHT).casefold()


def _pattern(phrase: str) -> str:
    words = []
    for word in _normal(phrase).split():
        stem, star, _ = word.partition("*")
        ending = next((c for c in _CONTRACTIONS if stem.endswith(c[0])), None)
        if ending is None:
            words.append(re.escape(stem) + (r"\w*" if star else ""))
        else:
            words.append(re.escape(stem.removesuffix(ending[0])) + ending[1])
    return r"\s+".join(words)


class Reader:
    """The compiled rules of one method."""

    __slots__ = ("_pattern", "_phrases", "_rules")

    def __init__(self, rules: Iterable[LanguageRule]) -> None:
        self._rules = tuple(rules)
        # Longest first, so that of two phrases that begin alike the one that says more is found.
        phrases = {phrase for rule in self._rules for phrase in rule.phrases}
        self._phrases = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
        groups = "|".join(f"({_pattern(phrase)})" for phrase in self._phrases)
        # Looking ahead takes nothing from the text, so that phrases may overlap.
        self._pattern = re.compile(rf"(?<!\w)(?=(?:{groups})(?!\w))")

    def read(self, act: Act, facts: frozenset[str], accounts: tuple[str, ...]) -> tuple[Unmet, ...]:
        """Return a warning for each rule the words of an act run into, in the rules' order."""
        trigger = act.trigger
        rules = [
            rule
            for rule in self._rules
            if (not rule.acts or trigger in rule.acts) and not (rule.until and rule.until <= facts)
        ]
        if not rules:
            return ()
        said = self._hits(act.spec.said, act)
        noted = self._hits(_notes(act), act) if any(rule.notes for rule in rules) else {}
        own = _normal("\n".join(accounts)) if said else ""
        return tuple(self._warnings(rules, said, noted, own))

    def _hits(self, names: Iterable[str], act: Act) -> dict[str, str]:
        """Return the phrases found, each with the words that were found for it."""
        hits: dict[str, str] = {}
        for name in names:
            text = getattr(act, name)
            if text:
                for match in self._pattern.finditer(_normal(text)):
                    place = match.lastindex or 1
                    hits.setdefault(self._phrases[place - 1], match.group(place))
        return hits

    @staticmethod
    def _warnings(
        rules: Iterable[LanguageRule], said: dict[str, str], noted: dict[str, str], own: str
    ) -> Iterator[Unmet]:
        for rule in rules:
            hits = noted if rule.notes else said
            found = [hits[phrase] for phrase in rule.phrases if phrase in hits]
            if rule.wanted:
                if not found:
                    yield Unmet(rule.code, rule.text, rule.cites)
                continue
            foreign = [words for words in found if rule.own_words or words not in own]
            if foreign:
                yield Unmet(rule.code, rule.text.replace("{phrase}", foreign[0]), rule.cites)


def _notes(act: Act) -> Iterator[str]:
    for name in type(act).__annotations__:
        if name not in act.spec.said and isinstance(getattr(act, name, None), str):
            yield name
