"""
The format: every key a document can have, with what it holds and what it means.

One table for each kind of piece. The reader reads by them, and the JSON Schema and the reference
are made of them.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterable, Iterator
from functools import cache

from attrs import frozen

from complaintflow._evidence import MOODS
from complaintflow._invariants import TABLES
from complaintflow._invariants._invariant import WATCHES
from complaintflow._requirements import VOCABULARY
from complaintflow._time import Within
from complaintflow.documents._kinds import (
    NAME,
    PART_OF_A_PIN,
    WORDS,
    Choice,
    Const,
    Flag,
    Key,
    Kind,
    ListOf,
    Names,
    Record,
    Schema,
    TableOf,
    Text,
    Variants,
    Whole,
    definitions,
)
from complaintflow.documents._spans import Setting, Span

VERSION = 1
"""The version of the format."""

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"

CITES = Key(Names(), "The clauses of the source it stands on.")
ORIGIN = Record(
    {
        "title": Key(WORDS, "What it is called, and who published it.", required=True),
        "where": Key(WORDS, "Where it can be found."),
        "published": Key(
            Text(10, r"^\d{4}(-\d{2}(-\d{2})?)?$", hint="must be a day such as '2013-08-06'"),
            "When it was published: a year, a month or a day.",
        ),
        "checked": Key(
            Text(10, r"^\d{4}-\d{2}-\d{2}$", hint="must be a day such as '2026-01-31'"),
            "The day on which somebody last compared it with the method.",
        ),
        "confidence": Key(
            Choice(("primary", "secondary", "hearsay")),
            "How close it is to whoever made the method up: their own text, a report of it, "
            "or what is told without saying where from.",
        ),
        "says": Key(WORDS, "What in it the method stands on, in our words."),
    }
)

STATE = Record(
    {
        "about": Key(WORDS, "What it means to stand in it, in a sentence.", required=True),
        "step": Key(Whole(0), "The number of the source's step that is due in it."),
        "waits_for": Key(
            Choice(("agent", "customer", "nobody")),
            "Whose turn it is. Left out: the agent's.",
        ),
        "final": Key(Flag(), "True: the case is over; nothing but a reopening leaves it."),
        "inferred": Key(Flag(), "True: the source does not say so; it is read between its lines."),
        "cites": CITES,
    }
)

FACT = Record(
    {
        "unmet": Key(
            WORDS,
            "What a refusal says where it is missing; `{customer}` stands for the name.",
            required=True,
        ),
        "cites": CITES,
    }
)

NOTIFY = Record(
    {
        "topic": Key(NAME, "What they are told.", required=True),
        "to": Key(Names(1), "Who is told.", required=True),
    }
)

_CONSEQUENCES = {
    "needs": Key(Names(), "Facts and requirements, by name: without one of them it is refused."),
    "recommends": Key(Names(), "The same, but without one of them there is only a warning."),
    "establishes": Key(Names(), "The facts it establishes."),
    "clears": Key(Names(), "The facts it clears."),
    "begins_cycle": Key(Flag(), "True: every fact is gone, and the duties are fresh."),
    "notify": Key(ListOf(NOTIFY), "Who is told of what."),
}

OUTCOME = Record(_CONSEQUENCES)

SATISFACTION = Record(
    {
        "yes": Key(Names(1), "The fields that have to say yes, all of them.", required=True),
        "no": Key(Names(1), "The fields of which one no is enough.", required=True),
    }
)

ACT = Record(
    {
        "needs": _CONSEQUENCES["needs"],
        "recommends": _CONSEQUENCES["recommends"],
        "establishes": _CONSEQUENCES["establishes"],
        "clears": _CONSEQUENCES["clears"],
        "begins_cycle": _CONSEQUENCES["begins_cycle"],
        "outcomes": Key(
            TableOf(OUTCOME), "What follows from single outcomes, beyond what the act says of all."
        ),
        "reads": Key(
            SATISFACTION,
            "How a follow-up, or an answer to one, is read, where not as the act itself does.",
        ),
        "in_way": Key(Flag(), "False: never proposed on the way to another act."),
        "notify": _CONSEQUENCES["notify"],
        "cites": CITES,
    }
)

EDGE = Record(
    {
        "from": Key(Names(1), "The states, or groups of states, it starts in.", required=True),
        "act": Key(Names(1), "The acts, by trigger.", required=True),
        "outcome": Key(Names(), "The outcomes it is for. Left out: any."),
        "given": Key(Names(), "Facts that must hold before for this edge to be the one."),
        "to": Key(NAME, "The state it leads to. Left out: the state stays."),
    }
)

LIMIT = Record(
    {
        "text": Key(WORDS, "What passing it means.", required=True),
        "within": Key(Span(), "How long it may take.", required=True),
        "starts": Key(
            Names(1),
            "The acts that start it, anew each time; `open` is the start of every cycle.",
            required=True,
        ),
        "ends": Key(Names(), "The acts that end it. Left out: the end of the case alone."),
        "after_promises": Key(
            Flag(), "True: counted from the last promise due, where that is later."
        ),
        "recurs": Key(Flag(), "True: what ends it begins it anew."),
        "pausable": Key(Flag(), "True: it stands still in some states."),
        "paused_in": Key(
            Names(), "The states it stands still in. Left out: those that wait for the customer."
        ),
        "reminders": Key(Names(item=Span()), "How long before it passes to remind of it."),
        "notify": Key(ListOf(NOTIFY), "Who is told of what when it passes."),
        "remind": Key(ListOf(NOTIFY), "Who is reminded of what before it passes."),
        "cites": CITES,
    }
)

LANGUAGE = Record(
    {
        "text": Key(
            WORDS, "What the warning says; `{phrase}` stands for what was found.", required=True
        ),
        "phrases": Key(
            Names(1, WORDS),
            "What is looked for; `refund*` is every word that begins so.",
            required=True,
        ),
        "acts": Key(Names(), "The acts it reads. Left out: every act."),
        "until": Key(Names(), "The facts that end it: it holds while one of them is missing."),
        "own_words": Key(Flag(), "False: words of the customer's own account are no hit."),
        "wanted": Key(Flag(), "True: one of the phrases should be there. Left out: none should."),
        "notes": Key(Flag(), "True: it reads notes for the record, not what the customer is told."),
        "whole": Key(Flag(), "True: a hit only where the text says nothing else."),
        "unless": Key(Names(1, WORDS), "Phrases with which it is no hit: more is said."),
        "nothing_taken_up": Key(
            Flag(), "True: a hit only where no telling word of the account is taken up."
        ),
        "blocks": Key(Flag(), "True: a hit is refused, unless the code is waived."),
        "strong_from": Key(Choice(MOODS), "The mood from which the warning is a strong one."),
        "where_limits": Key(Flag(), "True: it holds only for those whose authority has limits."),
        "cites": CITES,
    }
)

INVARIANT = Record(
    {
        "template": Key(
            Choice(tuple(TABLES)), "Which sentence of the catalogue it is.", required=True
        ),
        "acts": Key(
            Names(1), "The first kind of acts, each as `act` or `act/outcome`.", required=True
        ),
        "others": Key(Names(1), "The second kind, for the templates that speak of two."),
        "undone_by": Key(
            Names(1), "The acts after which the first has to happen anew, for `since`."
        ),
        "facts": Key(Names(1), "The facts that `never` asks for."),
        "within": Key(Span(), "How much time there is. Left out: any."),
        "each_cycle": Key(Flag(), "False: the whole history is one. Left out: each cycle is."),
        "watch": Key(
            Choice(WATCHES), "What a case does that would break it. Left out: it is only proved."
        ),
        "text": Key(WORDS, "The sentence where it is broken. Left out: it is made of the acts."),
        "cites": CITES,
    }
)

DEPARTURES = Record(
    {
        "I1": Key(WORDS, "Why a remedy can come before the customer is heard."),
        "I2": Key(WORDS, "Why a remedy can come before the problem is recognised."),
        "I3": Key(WORDS, "Why an offer can come before the expectation is known."),
    }
)


# -- requirements -------------------------------------------------------------------------------


@frozen
class Parameter:
    """What a maker of the vocabulary is given."""

    name: str
    kind: Kind
    required: bool
    """True: the maker has no default for it."""
    default: object = None
    """What the maker takes it for. None: it has no default."""
    is_many: bool = False
    """True: they are given one by one, as in `fills(*fields)`."""


@cache
def parameters(maker: str) -> tuple[Parameter, ...]:
    """Return what a maker is given, in its own order."""
    make = inspect.unwrap(VOCABULARY[maker])
    hints = typing.get_type_hints(make)
    return tuple(
        Parameter(
            name,
            Names(1) if each.kind is each.VAR_POSITIONAL else _kind(hints[name]),
            each.default is each.empty,
            None if each.default is each.empty else each.default,
            each.kind is each.VAR_POSITIONAL,
        )
        for name, each in inspect.signature(make).parameters.items()
    )


def _kind(hint: object) -> Kind:
    if typing.get_origin(hint) is typing.Literal:
        return Choice(typing.get_args(hint))
    return _KINDS[hint]


_KINDS: dict[object, Kind] = {
    Iterable[str]: Names(),
    Within: Span(),
    bool: Flag(),
    int: Whole(1),
    str: WORDS,
}

_EVERY_REQUIREMENT = {
    "satisfied_by": Key(Names(), "The acts that can satisfy it, where not those it names itself."),
    "opened_by": Key(
        Names(),
        "The acts, or `act/outcome`, after which it can be met, where not those it names itself.",
    ),
}


def _asking(maker: str) -> Record:
    about = (inspect.getdoc(VOCABULARY[maker]) or "").partition("\n")[0]
    keys = {"ask": Key(Const(maker, f"must be '{maker}'"), about, required=True)}
    for each in parameters(maker):
        # What stands on no clause cites none, and a requirement is called as the table calls it.
        is_free = each.name in {"cites", "code"} or not each.required
        keys[each.name] = Key(each.kind, _about(maker, each.name), required=not is_free)
    return Record(keys | _EVERY_REQUIREMENT)


_ABOUT = {
    "cites": CITES.about,
    "code": "Its name in refusals. Left out: the name it has here.",
    "text": "What a refusal says; `{customer}` stands for the name.",
    "fields": "The fields of the act that must be filled.",
    "field": "The field of the act that it reads.",
    "templates": "The texts that agents are handed.",
    "words": "One of these words must be said.",
    "wanted": "How often.",
    "window": "How long after.",
    "who": "Which side.",
}


def _about(maker: str, name: str) -> str:
    """Return what a maker's docstring says of a parameter."""
    section = (inspect.getdoc(VOCABULARY[maker]) or "").partition("Args:")[2]
    for part in section.split("\n\n"):
        told, _, sentence = part.strip().partition(": ")
        if told == name:
            return " ".join(f"{sentence[:1].upper()}{sentence[1:]}".split())
    return _ABOUT[name]


GUARD = Record(
    {"guard": Key(NAME, "A question of the host's own, by the name it registers.", required=True)}
)

REQUIREMENT = Variants(
    {"ask": {name: _asking(name) for name in sorted(VOCABULARY)}, "guard": {"": GUARD}}
)


# -- the whole ----------------------------------------------------------------------------------

ROAD = Record(
    {
        "edges": Key(
            ListOf(EDGE, 1),
            "Where each act leads: the first that fits state, outcome and facts is taken.",
            required=True,
        )
    }
)

DOCUMENT = Record(
    {
        "$schema": Key(WORDS, "Where the JSON Schema is, for editors. It is not read."),
        "format": Key(
            Const(VERSION, f"must be {VERSION}, the version of the format that is read here"),
            "The version of the format.",
            required=True,
        ),
        "name": Key(PART_OF_A_PIN, "The method's name, for programs.", required=True),
        "version": Key(
            PART_OF_A_PIN, "Changes whenever what the method promises changes.", required=True
        ),
        "title": Key(WORDS, "What people call it.", required=True),
        "variant": Key(WORDS, "Which reading of its name it is, where there are several."),
        "source": Key(WORDS, "The document it comes from. Left out: it is your own."),
        "initial": Key(NAME, "The state an opened case stands in.", required=True),
        "promises_within": Key(
            Span(), "Until when a promise is due that names no time. Left out: 14 days."
        ),
        "promise_reminders": Key(
            Names(item=Span()), "How long before a promise is due to remind of it."
        ),
        "waivable": Key(Names(), "What can be done without, with a reason, for a cycle."),
        "origins": Key(ListOf(ORIGIN), "Where the method was read, and how sure that is."),
        "departures": Key(DEPARTURES, "What of the charter it does without, and why."),
        "settings": Key(TableOf(Setting()), "What it was configured with."),
        "states": Key(TableOf(STATE, 1), "The states, in the order of the road.", required=True),
        "groups": Key(TableOf(Names(1)), "Names for several states, for the road below."),
        "facts": Key(TableOf(FACT), "What acts establish, in the order in which they usually do."),
        "requirements": Key(
            TableOf(REQUIREMENT), "What acts need beyond facts: questions of the vocabulary."
        ),
        "acts": Key(
            TableOf(ACT, 1),
            "What is said and done: what it needs, and what follows from it.",
            required=True,
        ),
        "road": Key(ROAD, "Where the acts lead.", required=True),
        "limits": Key(TableOf(LIMIT), "How long things may take."),
        "language": Key(
            TableOf(LANGUAGE), "What should not be said to the customer, and what should."
        ),
        "invariants": Key(
            TableOf(INVARIANT), "What it promises of the order of acts, whatever happens."
        ),
        "accepted": Key(
            TableOf(WORDS), "What a check of it finds and is meant to be so, each with the reason."
        ),
        "notes": Key(
            TableOf(WORDS), "Clauses that hold by how the method is built, each with how."
        ),
    }
)


def schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of these tables; the one that is shipped equals it."""
    return {
        "$schema": SCHEMA_ID,
        "$id": f"urn:complaintflow:method:{VERSION}",
        "title": "A complaint resolution method",
        "description": "A method of the library complaintflow as JSON, or TOML of the same shape.",
        **DOCUMENT.schema(),
        "$defs": definitions(),
    }


def sections() -> Iterator[tuple[str, Record]]:
    """Yield every record of the format with the name it is described by, for the reference."""
    yield "The document", DOCUMENT
    yield "[[origins]]", ORIGIN
    yield "[departures]", DEPARTURES
    yield "[states.NAME]", STATE
    yield "[facts.NAME]", FACT
    yield "[acts.TRIGGER]", ACT
    yield "[acts.TRIGGER.outcomes.NAME]", OUTCOME
    yield "notify of an act or outcome", NOTIFY
    yield "reads of an act", SATISFACTION
    yield "edges of [road]", EDGE
    yield "[limits.CODE]", LIMIT
    yield "[language.CODE]", LANGUAGE
    yield "[invariants.CODE]", INVARIANT
