"""
Language rules: phrases looked for in what the agent says to the customer, as data.

Deterministic, and deaf to the customer: only texts marked as the agent's are read. All rules of a
method are one compiled pattern, so that a text is passed over once however many rules there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import field, frozen

from complaintflow._evidence import MOODS, Mood, telling_words
from complaintflow._pieces import name_set, names, triggers
from complaintflow._value import Value
from complaintflow.errors import Unmet


@frozen(eq=False, repr=False)
class LanguageRule(Value):
    """
    Phrases that a text should not hold, or of which it should hold one.

    Case, spacing, curly quotes and contractions do not matter; `refund*` stands for every word
    that begins so, `...` for a few words of the same sentence, and `<link>` for an address.
    """

    code: str
    """Its name in the method; `'premature_remedy'`."""

    phrases: tuple[str, ...] = field(converter=names)
    """What is looked for."""

    text: str = field()
    """The sentence of the warning; `{phrase}` stands for what was found."""

    cites: tuple[str, ...] = field(default=(), converter=names)
    """The clauses it stands on."""

    acts: tuple[str, ...] = field(default=(), converter=triggers)
    """The acts it reads, by trigger or class. Empty: every act."""

    until: frozenset[str] = field(default=frozenset(), converter=name_set)
    """The facts that end it: it holds while one of them is missing. Empty: it always holds."""

    own_words: bool = True
    """False: words that the customer's own account uses are no hit."""

    wanted: bool = False
    """True: the text should hold one of the phrases. False: it should hold none."""

    notes: bool = False
    """True: it reads what is written for the record. False: what is said to the customer."""

    whole: bool = False
    """True: a hit only where the text says nothing else. False: anywhere in it."""

    unless: tuple[str, ...] = field(default=(), converter=names)
    """Phrases with which it is no hit: the text says something more."""

    nothing_taken_up: bool = False
    """True: a hit only where the text takes up no telling word of the customer's account."""

    blocks: bool = False
    """True: a hit is a refusal, unless the code is waived. False: it is a warning."""

    strong_from: Mood | None = None
    """The mood from which the warning is a strong one. None: it never is."""

    where_limits: bool = False
    """True: it holds only for actors with limits. False: for everybody."""


_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " "})  # noqa: RUF001
_EXPANDED = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\b(?:can't|cannot)\b"), "can not"),
    (re.compile(r"(\w)n't\b"), r"\1 not"),
    (re.compile(r"(\w)'re\b"), r"\1 are"),
    (re.compile(r"(\w)'ll\b"), r"\1 will"),
    (re.compile(r"(\w)'ve\b"), r"\1 have"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\b(it|that|there|here|what|where|who|he|she)'s\b"), r"\1 is"),
)
"""Contractions, written out. The 's of a name is none: "Tom's fault"."""

_SPOKEN_AS = {
    "not": r"(?:n't|\s+not)",
    "are": r"(?:'re|\s+are)",
    "will": r"(?:'ll|\s+will)",
    "have": r"(?:'ve|\s+have)",
    "am": r"(?:'m|\s+am)",
    "is": r"(?:'s|\s+is)",
}
_STANDS_FOR = {
    "...": r"(?:[^\w.!?]+\w+){0,8}?[^\w.!?]+",
    "<link>": r"(?:https?://|www\.)\S*[^\s.,;:!?()]",
}
"""What is no word in a phrase: a few words of the same sentence, and an address."""
_ADDRESS = re.compile(_STANDS_FOR["<link>"])
_CAN_NOT = {"can": r"can(?:'t|not|\s+not)", "will": r"(?:won't|will\s+not)"}


def _normal(text: str) -> str:
    return text.translate(_STRAIGHT).casefold()


def _words_of(text: str) -> str:
    """Return the words of a text, each between single spaces."""
    return " " + " ".join(re.findall(r"[\w']+", text)) + " "


def _expand(phrase: str) -> str:
    plain = _normal(phrase)
    for contraction, expanded in _EXPANDED:
        plain = contraction.sub(expanded, plain)
    return plain


def _pattern(phrase: str) -> str:
    """Return the pattern of a phrase: however it is spaced, contracted or written out."""
    plain = _expand(phrase)
    pattern, before = "", ""
    for word in plain.split():
        stem = _STANDS_FOR.get(word) or _stem(word)
        if word == "not" and before in _CAN_NOT:
            pattern = pattern.removesuffix(re.escape(before)) + _CAN_NOT[before]
        elif word in _SPOKEN_AS and before:
            pattern += _SPOKEN_AS[word]
        else:
            pattern += (r"\s+" if pattern and "..." not in {word, before} else "") + stem
        before = word
    boundary = r"(?<!\w)" if plain[:1].isalnum() else ""
    return rf"{boundary}(?:{pattern})(?!\w)"


def _stem(word: str) -> str:
    return re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")


_QUOTED = re.compile(r'"([^"]+)"')
_REPLY = re.compile(r"^\s*>.*$", re.MULTILINE)
_CLAUSE = re.compile(
    r"[.,;:!?()\[\]\n\u2013\u2014]| - |\b(?:but|because|since|so|and|as|therefore)\b"
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|without|nor|cannot|avoid|instead of|rather than)\b|n't\b"
)
_NO_NEGATION = re.compile(r"\b(?:not only|not just|no doubt|no problem|no worries|why not)\b")
_WORDS_OF_A_NEGATION = 5


@frozen(eq=False, repr=False)
class Spoken(Value):
    """What an act says, and in which situation: all that language rules look at."""

    trigger: str
    """The act."""
    said: tuple[str, ...]
    """What the agent says to the customer."""
    notes: tuple[str, ...] = ()
    """What is written for the record."""
    facts: frozenset[str] = frozenset()
    """What is established."""
    accounts: tuple[str, ...] = ()
    """The customer's own words."""
    mood: Mood | None = None
    """How the customer feels. None: not known."""
    limited: bool = False
    """Whether the actor has limits."""


_WORD = re.compile(r"\w+|'")
_KEY = 3
"""How many letters of a word it is looked up by."""


def _beginnings(phrase: str) -> tuple[str, ...]:
    """Return what a word can begin with where a phrase begins; nothing where it can be any."""
    if phrase.startswith("<link>"):
        return ("htt", "www")
    first = _WORD.match(_expand(phrase))
    if first is None:
        return ()
    word = first.group()
    if len(word) < _KEY and _expand(phrase)[len(word) :].startswith("*"):
        return ()
    return (word[:_KEY], "won") if word == "will" else (word[:_KEY],)


class _Own:
    """The customer's own words, looked at only where something was found."""

    __slots__ = ("_accounts", "_words")

    def __init__(self, accounts: tuple[str, ...]) -> None:
        self._accounts = accounts
        self._words: str | None = None

    def __contains__(self, text: str) -> bool:
        if self._words is None:
            self._words = _words_of(_normal("\n".join(self._accounts)))
        return _words_of(text) in self._words

    def taken_up_in(self, text: str) -> bool:
        """Return whether a text, its addresses apart, uses a telling word of theirs."""
        plain = _ADDRESS.sub(" ", text)
        said = telling_words(plain) | set(re.findall(r"\w+", plain))
        return any(said & telling_words(account) for account in self._accounts)


class Reader:
    """The compiled rules of one method."""

    __slots__ = ("_any_notes", "_anywhere", "_beginning", "_rules")

    def __init__(self, rules: Iterable[LanguageRule]) -> None:
        self._rules = tuple(rules)
        self._any_notes = any(rule.notes for rule in self._rules)
        self._beginning: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        self._anywhere: list[tuple[str, re.Pattern[str]]] = []
        phrases = {p for rule in self._rules for p in (*rule.phrases, *rule.unless)}
        for phrase in sorted(phrases):
            compiled = phrase, re.compile(_pattern(phrase))
            beginnings = _beginnings(phrase)
            for beginning in beginnings:
                self._beginning.setdefault(beginning, []).append(compiled)
            if not beginnings:
                self._anywhere.append(compiled)

    def read(self, spoken: Spoken) -> tuple[tuple[LanguageRule, Unmet], ...]:
        """Return each rule that the words run into, with its warning, in the rules' order."""
        own = _Own(spoken.accounts)
        said = self._hits(spoken.said, own)
        noted = self._hits(spoken.notes, own) if self._any_notes else {}
        return tuple(
            [
                (rule, self._warning(rule, found, spoken.mood))
                for rule in self._rules
                if _applies(rule, spoken)
                and (found := _found(rule, noted if rule.notes else said, own)) is not None
            ]
        )

    def _hits(self, texts: Iterable[str], own: _Own) -> dict[str, list[_Hit]]:
        """
        Return the phrases found, each with where it was found.

        One pass over the words of a text: a word is looked up by how it begins, and only phrases
        that begin so are tried there, so it does not matter how many there are.
        """
        hits: dict[str, list[_Hit]] = {}
        for text in texts:
            whole = _without_answered(_normal(text))
            plain = _without_quotations(whole, own)
            for word in _WORD.finditer(plain):
                candidates = self._beginning.get(word.group()[:_KEY])
                if candidates is None and not self._anywhere:
                    continue
                start = word.start()
                for phrase, pattern in (*(candidates or ()), *self._anywhere):
                    match = pattern.match(plain, start)
                    if match is not None:
                        hits.setdefault(phrase, []).append(_Hit(match.group(), start, plain, whole))
        return hits

    @staticmethod
    def _warning(rule: LanguageRule, found: str, mood: Mood | None) -> Unmet:
        strong = (
            rule.strong_from is not None
            and mood is not None
            and MOODS.index(mood) >= MOODS.index(rule.strong_from)
        )
        # A phrase such as 's fault begins with the mark that it is quoted with.
        quoted = f"'{found.strip(QUOTE)}'"
        text = rule.text.replace("'{phrase}'", quoted).replace("{phrase}", found)
        return Unmet(rule.code, text, rule.cites, strong=strong)


QUOTE = "'"

_AROUND = " .,;:!?\n\t\"'"


@frozen(eq=False, repr=False)
class _Hit(Value):
    words: str
    start: int
    """Where in the text it begins."""
    text: str
    whole: str
    """The same text with what it quotes of the customer."""

    @property
    def is_negated(self) -> bool:
        """Whether the words before it, in the same clause, say that it is not so."""
        clause = _CLAUSE.split(self.text[: self.start])[-1]
        near = " ".join(clause.split()[-_WORDS_OF_A_NEGATION:])
        return _NEGATION.search(_NO_NEGATION.sub(" ", near)) is not None

    @property
    def is_everything(self) -> bool:
        """Whether the text says nothing else."""
        return self.text.strip(_AROUND) == self.words.strip(_AROUND)


def _applies(rule: LanguageRule, spoken: Spoken) -> bool:
    return (
        bool(spoken.notes if rule.notes else spoken.said)
        and (not rule.acts or spoken.trigger in rule.acts)
        and not (rule.until and rule.until <= spoken.facts)
        and (spoken.limited or not rule.where_limits)
    )


def _found(rule: LanguageRule, hits: dict[str, list[_Hit]], own: _Own) -> str | None:
    """Return what the rule warns of: the first words found, or nothing for words that lack."""
    if not hits.keys().isdisjoint(rule.unless):
        return None
    for phrase in rule.phrases:
        for hit in hits.get(phrase, ()):
            if rule.wanted:
                return None
            if rule.nothing_taken_up and own.taken_up_in(hit.whole):
                continue
            if rule.whole and not hit.is_everything:
                continue
            if not rule.own_words and hit.words in own:
                continue
            if not hit.is_negated:
                return hit.words
    return "" if rule.wanted else None


def _without_answered(text: str) -> str:
    """Return a text without the mail it answers."""
    return _REPLY.sub(" ", text) if ">" in text else text


def _without_quotations(text: str, own: _Own) -> str:
    """Return a text without what it quotes of the customer."""
    if '"' not in text:
        return text
    return _QUOTED.sub(lambda quoted: " " if quoted.group(1) in own else quoted.group(), text)
