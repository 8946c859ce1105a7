"""
Language rules: phrases looked for in what the agent says to the customer, as data.

Deterministic, and deaf to the customer: only texts marked as the agent's are read. A text is passed
over once however many rules there are: one compiled pattern stops at the words that begin as some
phrase does, and only phrases that begin so are tried there. The time grows with the text and no
faster, whatever it says: what stands around a hit is looked at within bounds, or once for all hits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

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


_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`\u2032\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", '"'),
        **dict.fromkeys("\u00a0\u2007\u202f", " "),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
    }
)
"""Marks that are typed for an apostrophe, a quotation mark or a space, and those nobody sees."""
_EXPANDED = (
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"\b(?:can't|cannot)\b", "can not"),
    (r"(\w)n't\b", r"\1 not"),
    (r"(\w)'re\b", r"\1 are"),
    (r"(\w)'ll\b", r"\1 will"),
    (r"(\w)'ve\b", r"\1 have"),
    (r"\bi'm\b", "i am"),
    (r"\b(it|that|there|here|what|where|who|he|she)'s\b", r"\1 is"),
)
"""Contractions, written out. The 's of a name is none: "Tom's fault"."""

_CONTRACTED = {"not": "n't", "are": "'re", "will": "'ll", "have": "'ve", "am": "'m", "is": "'s"}
_VERB_AND_NOT = {
    "can": r"can(?:'?t|not|\s+not)",
    "will": r"(?:won'?t|will\s+not)",
    "shall": r"(?:shan'?t|shall\s+not)",
}
_UNMARKED_WORDS = (
    "dont isnt arent wasnt werent doesnt didnt shouldnt wouldnt couldnt havent hasnt hadnt "
    "thats theres heres whats wheres whos hes youre theyre youll theyll itll thatll "
    "ive youve weve theyve im"
)
_UNMARKED = frozenset(_UNMARKED_WORDS.split())
"""What is typed for a contraction, and is no other word; "were" is not "we're"."""
_STANDS_FOR = {
    "...": r"(?:[^\w.!?]+\w+){0,8}?[^\w.!?]+",
    "<link>": r"(?:https?://|www\.)\S*[^\s.,;:!?()]",
}
"""What is no word in a phrase: a few words of the same sentence, and an address."""
_ADDRESS = _STANDS_FOR["<link>"]


def _normal(text: str) -> str:
    return text.translate(_PLAIN).casefold()


def _words_of(text: str) -> str:
    """Return the words of a text, each between single spaces."""
    return " " + " ".join(re.findall(r"[\w']+", text)) + " "


def _expand(phrase: str) -> str:
    plain = _normal(phrase)
    for contraction, expanded in _EXPANDED:
        plain = re.sub(contraction, expanded, plain)
    return plain


def _pattern(phrase: str) -> str:
    """Return the pattern of a phrase: however it is spaced, contracted or written out."""
    plain = _expand(phrase)
    pattern, before = "", ""
    for word in plain.split():
        stem = _STANDS_FOR.get(word) or _stem(word)
        if word == "not" and before in _VERB_AND_NOT:
            pattern = pattern.removesuffix(re.escape(before)) + _VERB_AND_NOT[before]
        elif word in _CONTRACTED and before:
            pattern += _after(before, word)
        else:
            pattern += (r"\s+" if pattern and "..." not in {word, before} else "") + stem
        before = word
    boundary = r"(?<!\w)" if plain[:1].isalnum() else ""
    return rf"{boundary}(?:{pattern})(?!\w)"


def _after(before: str, word: str) -> str:
    """Return the pattern of a word that can be contracted with the one before it."""
    contracted = _CONTRACTED[word]
    unmarked = contracted.replace("'", "")
    typed = contracted.replace("'", "'?") if before + unmarked in _UNMARKED else contracted
    return rf"(?:{typed}|\s+{word})"


def _stem(word: str) -> str:
    return re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")


# Texts, which `re` compiles once, when the first is read: importing the library does without.
_QUOTED = r"""(?x)
    "([^"]+)"
    | '(?<!\w')([^']*(?:(?<=\w)'(?=\w)[^']*)*)'(?!\w)  # what stands within words is an apostrophe
    """
_REPLY = r"(?m)^[^\S\n]*>.*$"
_CLAUSE = (
    r"[.,;:!?()\[\]\u2013\u2014\u2026]|--|\n\s*\n|\s[-/*\u2022]\s"
    r"|\b(?:but|because|since|so|and|as|therefore)\b"
)
_NEGATION = (
    r"\b(?:not|never|no|without|nor|cannot|avoid|instead of|rather than"
    r"|(?:ca|wo|do|is|are|was|were|does|did|should|would|could|have|has|had)nt)\b|n't\b"
)
_NO_NEGATION = r"\b(?:not only|not just|no doubt|no problem|no worries|why not)\b"
_WORDS_OF_A_NEGATION = 5
_REACH = 120
"""How many characters before a hit are looked at, at most; five words take far fewer."""


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


_WORD = r"\w+|'"
_KEY = 3
"""How many letters of a word it is looked up by."""


def _beginnings(phrase: str) -> set[str]:
    """Return what a word can begin with where a phrase begins; nothing where it can be any."""
    plain = _expand(phrase)
    first = re.match(_WORD, plain)
    if first is None:
        return set()
    word = first.group()
    if len(word) < _KEY and plain[len(word) :].startswith("*"):
        return set()
    following = plain[len(word) :].split(None, 1)[:1]
    words = {word, *(word + _CONTRACTED.get(next_, "").replace("'", "") for next_ in following)}
    if following == ["not"]:
        words |= {f"{word}n", "won" if word == "will" else word}
    return {each[:_KEY] for each in words}


def _word_with(beginnings: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of how words begin, as far as it is one of some beginnings."""
    words = {each for each in beginnings if each != "'"}
    patterns = [rf"(?<!\w){_one_of(words)}"] if words else []
    return re.compile("|".join(patterns + ["'"] * ("'" in beginnings)))


def _one_of(beginnings: Iterable[str], letters: int = _KEY) -> str:
    """Return the pattern of some beginnings letter by letter; a shorter one is a whole word."""
    by_letter: dict[str, list[str]] = {}
    for each in sorted(beginnings):
        by_letter.setdefault(each[:1], []).append(each[1:])
    ways = [
        re.escape(letter) + (_one_of(rests, letters - 1) if letters > 1 else "")
        if letter
        else r"(?!\w)"
        for letter, rests in by_letter.items()
    ]
    return f"(?:{'|'.join(ways)})"


class _Own:
    """The customer's own words, looked at only where something was found."""

    __slots__ = ("_accounts", "_known", "_telling", "_words")

    def __init__(self, accounts: tuple[str, ...]) -> None:
        self._accounts = accounts
        self._known: dict[str, bool] = {}
        self._telling: set[str] | None = None
        self._words: str | None = None

    def __contains__(self, text: str) -> bool:
        known = self._known.get(text)
        if known is None:
            if self._words is None:
                self._words = _words_of(_normal("\n".join(self._accounts)))
            known = self._known[text] = _words_of(text) in self._words
        return known

    @property
    def telling(self) -> set[str]:
        """The words that carry what they told."""
        if self._telling is None:
            self._telling = set().union(*map(telling_words, self._accounts))
        return self._telling


class _Text:
    """One text as it is read, and what it takes all of it to know, which is found out once."""

    __slots__ = ("_alone", "_own", "_takes_up", "number", "plain", "whole")

    def __init__(self, text: str, number: int, own: _Own) -> None:
        self._own = own
        self._alone: str | None = None
        self._takes_up: bool | None = None
        self.number = number
        """Which text of the act it is."""
        self.whole = without_answered(_normal(_parted(text)))
        """It without the mail it answers."""
        self.plain = _without_quotations(self.whole, own)
        """It without what it quotes of the customer, too."""

    def is_no_more_than(self, words: str) -> bool:
        """Return whether a text says nothing else."""
        if self._alone is None:
            self._alone = self.plain.strip(_AROUND)
        return len(self._alone) <= len(words) and self._alone == words.strip(_AROUND)

    @property
    def takes_up(self) -> bool:
        """Whether it uses, its addresses apart, a telling word of the customer's."""
        if self._takes_up is None:
            plain = re.sub(_ADDRESS, " ", self.whole)
            said = telling_words(plain) | set(re.findall(r"\w+", plain))
            self._takes_up = not said.isdisjoint(self._own.telling)
        return self._takes_up

    def denies(self, start: int) -> bool:
        """Return whether the words before a place, in the same clause, say that it is not so."""
        before = self.plain[max(0, start - _REACH) : start]
        near = before.rsplit(None, _WORDS_OF_A_NEGATION)
        if len(near) > _WORDS_OF_A_NEGATION:
            before = before[len(near[0]) :]
        elif near and start > _REACH:  # a word that is cut is none
            before = before.lstrip()[len(near[0]) :]
        clause = " ".join(re.split(_CLAUSE, before)[-1].split())
        return re.search(_NEGATION, re.sub(_NO_NEGATION, " ", clause)) is not None


class _Hit(NamedTuple):
    words: str
    start: int
    """Where in the text it begins."""
    text: _Text


_Try = tuple[str, Callable[[str, int], "re.Match[str] | None"]]
"""A phrase, and what tries it at a place."""


class Reader:
    """The compiled rules of one method."""

    __slots__ = ("_any_notes", "_anywhere", "_at_addresses", "_beginning", "_rules", "_word")

    def __init__(self, rules: Iterable[LanguageRule]) -> None:
        self._rules = tuple(rules)
        self._any_notes = any(rule.notes for rule in self._rules)
        self._beginning: dict[str, list[_Try]] = {}
        self._anywhere: list[_Try] = []
        self._at_addresses: list[_Try] = []
        for phrase in sorted({p for rule in self._rules for p in (*rule.phrases, *rule.unless)}):
            tried = phrase, re.compile(_pattern(phrase)).match
            beginnings = _beginnings(phrase)
            for beginning in beginnings:
                self._beginning.setdefault(beginning, []).append(tried)
            if phrase.startswith("<link>"):
                self._at_addresses.append(tried)
            elif not beginnings:
                self._anywhere.append(tried)
        for phrases in self._beginning.values():
            phrases.extend(self._anywhere)
        every = self._anywhere or not self._beginning
        self._word = re.compile(_WORD) if every else _word_with(self._beginning)

    def read(self, spoken: Spoken) -> tuple[tuple[LanguageRule, Unmet], ...]:
        """Return each rule that the words run into, with its warning, in the rules' order."""
        return tuple(
            [
                (rule, self._warning(rule, hit.words if hit else "", spoken.mood))
                for rule, hit in self._found(spoken)
            ]
        )

    def first(self, spoken: Spoken) -> tuple[str, int]:
        """Return what the first rule to find something finds, and in which text; -1: none does."""
        for _, hit in self._found(spoken):
            if hit is not None:
                return hit.words, hit.text.number
        return "", -1

    def _found(self, spoken: Spoken) -> list[tuple[LanguageRule, _Hit | None]]:
        """Return each rule that the words run into, with the words; None where words lack."""
        own = _Own(spoken.accounts)
        said = self._hits(spoken.said, own)
        noted = self._hits(spoken.notes, own) if self._any_notes else {}
        found = []
        for rule in self._rules:
            if _applies(rule, spoken):
                hits = noted if rule.notes else said
                hit = _first(rule, hits, own)
                if hit is not None or (rule.wanted and _lacks(rule, hits)):
                    found.append((rule, hit))
        return found

    def _hits(self, texts: Iterable[str], own: _Own) -> dict[str, list[_Hit]]:
        """Return the phrases found, each with where it was found."""
        hits: dict[str, list[_Hit]] = {}
        beginning, anywhere, word_in = self._beginning, self._anywhere, self._word.finditer
        for number, text in enumerate(texts):
            read = _Text(text, number, own)
            plain = read.plain
            for word in word_in(plain):
                phrases = beginning.get(word.group()[:_KEY], anywhere)
                if not phrases:
                    continue
                start = word.start()
                for phrase, try_at in phrases:
                    match = try_at(plain, start)
                    if match is not None:
                        hits.setdefault(phrase, []).append(_Hit(match.group(), start, read))
            if self._at_addresses and ("://" in plain or "www." in plain):
                self._find_addresses(read, hits)
        return hits

    def _find_addresses(self, text: _Text, hits: dict[str, list[_Hit]]) -> None:
        """Add the phrases that begin with an address; within one no other begins."""
        for address in re.finditer(_ADDRESS, text.plain):
            start = address.start()
            if start and text.plain[start - 1].isalnum():
                continue
            for phrase, try_at in self._at_addresses:
                match = try_at(text.plain, start)
                if match is not None:
                    hits.setdefault(phrase, []).append(_Hit(match.group(), start, text))

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


def _applies(rule: LanguageRule, spoken: Spoken) -> bool:
    return (
        bool(spoken.notes if rule.notes else spoken.said)
        and (not rule.acts or spoken.trigger in rule.acts)
        and not (rule.until and rule.until <= spoken.facts)
        and (spoken.limited or not rule.where_limits)
    )


def _first(rule: LanguageRule, hits: dict[str, list[_Hit]], own: _Own) -> _Hit | None:
    """Return the first words of a rule that should not be said. None: there are none."""
    if rule.wanted or not hits.keys().isdisjoint(rule.unless):
        return None
    for phrase in rule.phrases:
        for hit in hits.get(phrase, ()):
            if rule.nothing_taken_up and hit.text.takes_up:
                continue
            if rule.whole and not hit.text.is_no_more_than(hit.words):
                continue
            if not rule.own_words and hit.words in own:
                continue
            if not hit.text.denies(hit.start):
                return hit
    return None


def _lacks(rule: LanguageRule, hits: dict[str, list[_Hit]]) -> bool:
    """Return whether none of the phrases is there that should be."""
    return hits.keys().isdisjoint(rule.unless) and hits.keys().isdisjoint(rule.phrases)


def _parted(text: str) -> str:
    """Return a text with its lines apart where the next one begins something new: a capital."""
    if "\n" not in text:
        return text
    return "\n".join(
        [f"\n{line}" if line.lstrip()[:1].isupper() else line for line in text.split("\n")]
    )


def without_answered(text: str) -> str:
    """Return a text without the mail it answers."""
    return re.sub(_REPLY, " ", text) if ">" in text else text


def _without_quotations(text: str, own: _Own) -> str:
    """Return a text without what it quotes of the customer."""
    if '"' not in text and "'" not in text:
        return text
    return re.sub(
        _QUOTED, lambda quoted: " " if (quoted[1] or quoted[2]) in own else quoted.group(), text
    )
