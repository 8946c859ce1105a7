"""A language rule: phrases, and when they are a hit, as data."""

from __future__ import annotations

from attrs import field, frozen

from complaintflow._evidence import Mood
from complaintflow._pieces import name_set, names, triggers
from complaintflow._value import Value


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
