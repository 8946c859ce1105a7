"""
Cases and entries as JSON text, and back.

A store keeps the text and needs to know nothing else. An entry becomes two texts: what happened,
and the words and names in it, so that these can be erased and the first one stays as it is.
Reading takes the vocabulary of a method: which class an act's trigger stands for. cattrs is
imported when the first text is written or read, so that importing the library does not pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from os import urandom
from typing import TYPE_CHECKING, Any, TypeVar

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry, Move
from complaintflow._evidence import Remedy
from complaintflow._evidence._reading import evidence_from_data
from complaintflow._evidence._words import put_back, take_out, taken
from complaintflow.acts import Act
from complaintflow.acts.bounds import Erase, Open
from complaintflow.errors import EvidenceError, StoreError, UnknownAct, Unmet
from complaintflow.ports import Snapshot

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

    from cattrs import Converter

    from complaintflow._method import Method

T = TypeVar("T")

FORMAT = 1
"""The form of the texts; a later one is refused, so that nothing of it is lost in silence."""

Vocabulary = Mapping[str, type[Act]]
"""The act classes of a method by their triggers."""


def vocabulary(method: Method) -> dict[str, type[Act]]:
    """Return the act classes of a method by their triggers, those of the library included."""
    from complaintflow.acts.evolving import ChangeMethod

    ours: dict[str, type[Act]] = {each.trigger: each for each in (Open, Erase, ChangeMethod)}
    return ours | {rule.trigger: rule.act for rule in method.rules}


# -- evidence -----------------------------------------------------------------------------------


def act_to_data(act: Act) -> dict[str, Any]:
    """Return the evidence of an act as plain data; what has its default is left out."""
    return dict(_converter().unstructure(act))


def act_from_data(trigger: str, data: object, known: Vocabulary, method: str) -> Act:
    """
    Return the act that plain data describes.

    Raises:
        UnknownAct: the vocabulary has no such trigger.

        EvidenceError: fields are missing, unknown, or of the wrong type; all of them are listed.
    """
    if trigger not in known:
        raise UnknownAct(method, trigger, tuple(known))
    return evidence_from_data(known[trigger], data, trigger)


def silenced(act: T) -> T:
    """Return an act as it reads when its words are erased; what is no act as it is."""
    if not isinstance(act, Act):
        return act
    # Sequences are tuples in it, and lists where it comes from JSON.
    data = _decoder()(_dump(act_to_data(act)))
    take_out(data, type(act), [])
    return evidence_from_data(type(act), put_back(data, None), act.trigger)


# -- cases and entries --------------------------------------------------------------------------


def case_to_text(case: Case) -> str:
    """Return a case as JSON."""
    data = _converter().unstructure(case)
    data["format"] = FORMAT
    return _write(data)


def case_from_text(text: str, case_id: str | None = None) -> Case:
    """
    Return the case that JSON describes.

    Args:
        text: the case.

        case_id: the id under which it is kept, for the error. None: it is kept under none.

    Raises:
        StoreError: it is no case that this version of the library can read.
    """
    what = "a case" if case_id is None else f"case '{case_id}'"
    return _structured(lambda: _load(text), Case, what)


def case_of(found: Snapshot) -> Case:
    """
    Return the case that a store keeps.

    Raises:
        StoreError: it is no case that this version of the library can read.
    """
    check_times(found)
    return case_from_text(found.text, found.case_id)


def check_times(found: Snapshot) -> None:
    """
    Make sure that a store could read the times of a case; it passes on what is none, as text.

    Raises:
        StoreError: one of them is none.
    """
    for name, at in (
        ("due_at", found.due_at),
        ("wake_at", found.wake_at),
        ("updated_at", found.updated_at),
    ):
        if at is not None and not isinstance(at, datetime):
            message = (
                f"case '{found.case_id}' cannot be read: its {name} is {at!r:.60}, which is no "
                "time; correct it in the database, or restore the case from a backup"
            )
            raise StoreError(message)


def entry_to_texts(entry: Entry, customer: str) -> tuple[str, str | None]:
    """
    Return an entry as two JSON texts: what happened, and the words and names of it.

    The first has a digest of the second in it, which is salted anew each time, so that nobody can
    tell the words from it by guessing.

    Args:
        entry: the entry.

        customer: the name of the customer, who may have recorded it.

    Returns:
        The second is None where there are no words or names.
    """
    words: list[str] = []
    data = _converter().unstructure(entry)
    evidence = act_to_data(entry.act)
    take_out(evidence, type(entry.act), words)
    if entry.by.kind == "customer" or entry.by.id == customer:
        data["by"]["id"] = taken(entry.by.id, words)
    for promise in data.get("promises", ()):
        for name in ("what", "who"):
            promise[name] = taken(promise[name], words)
        if promise.get("remedy") is not None:
            take_out(promise["remedy"], Remedy, words)
    for warning in data.get("warnings", ()):
        warning["text"] = taken(warning["text"], words)
    data |= {"act": entry.trigger, "evidence": evidence, "format": FORMAT}
    if not words:
        return _dump(data), None
    personal = _dump({"salt": urandom(16).hex(), "words": words})
    data["sealed"] = seal_of(personal)
    return _dump(data), personal


START = ""
"""What stands before the first link of a chain."""


def link(before: str, text: str) -> str:
    """Return the link of an entry: SHA-256, in hex, of the link before it and its public text."""
    return _sha256()(f"{before}\n{text}".encode()).hexdigest()


def seal_of(personal: str) -> str:
    """Return the digest of the words and names of an entry, which its public text holds."""
    return _sha256()(personal.encode()).hexdigest()


@cache
def _sha256() -> Callable[[bytes], HASH]:
    from hashlib import sha256

    return sha256


def entry_from_texts(text: str, personal: str | None, known: Vocabulary, method: str) -> Entry:
    """
    Return the entry that two JSON texts describe; without the second its words read `[erased]`.

    Raises:
        StoreError: it is no entry that this version of the library can read, or its act is not
            known.
    """

    def data() -> dict[str, Any]:
        words = None if personal is None else _decoder()(personal)["words"]
        found: dict[str, Any] = put_back(_load(text), words)
        found.pop("sealed", None)
        act = act_from_data(str(found.pop("act")), found.pop("evidence"), known, method)
        return found | {"act": act}

    return _structured(data, Entry, "an entry")


def move_from_text(text: str) -> tuple[datetime, Move, str | None]:
    """
    Return when an entry was made, what it did to state and facts, and what it bound the case to.

    Read from its public text alone. It takes no vocabulary: a text can be read so whose method is
    not known. What it bound the case to is a pin; None: nothing new.

    Raises:
        StoreError: it is no entry that this version of the library can read.
    """
    read: list[tuple[datetime, str | None]] = []

    def data() -> dict[str, Any]:
        found = _load(text)
        read.append((datetime.fromisoformat(found["at"]), found.get("bound_to")))
        return dict(found["move"])

    move = _structured(data, Move, "an entry")
    [(at, bound_to)] = read
    return at, move, bound_to


def silent_entry(entry: Entry, customer: str) -> Entry:
    """Return an entry as it reads when its words are erased."""
    text, _ = entry_to_texts(entry, customer)
    return entry_from_texts(text, None, {entry.trigger: type(entry.act)}, "")


# -- texts --------------------------------------------------------------------------------------


def _write(data: object) -> str:
    """Write data as they come: always in the same order, that of the fields."""
    return _encoder(sort=False)(data)


def _dump(data: object) -> str:
    """Write data in one canonical form."""
    return _encoder(sort=True)(data)


@cache
def _encoder(*, sort: bool) -> Callable[[object], str]:
    from complaintflow._json import writer

    return writer(sort=sort)


@cache
def _decoder() -> Callable[[str], Any]:
    from complaintflow._json import read

    return read


def _load(text: str) -> dict[str, Any]:
    data: dict[str, Any] = _decoder()(text)
    check_format(data.pop("format", FORMAT))
    return data


def check_format(found: object) -> None:
    """
    Make sure that this version of the library reads a format.

    Raises:
        StoreError: it is a later one, or none.
    """
    if type(found) is not int or not 1 <= found <= FORMAT:
        message = (
            f"it has format {found!r}, and this complaintflow reads 1 to {FORMAT}: "
            "use the complaintflow that wrote it, or a later one"
        )
        raise StoreError(message)


_RESTORE = "if somebody has changed it, restore it from a backup"


def _structured(read: Callable[[], dict[str, Any]], cls: type[T], what: str) -> T:
    try:
        data = read()
    except (UnknownAct, EvidenceError, StoreError) as error:
        message = f"{what} cannot be read: {error}"
        raise StoreError(message) from None
    except Exception as error:
        message = f"{what} cannot be read: {_sentence(error)}; {_RESTORE}"
        raise StoreError(message) from error
    try:
        return _converter().structure(data, cls)
    except Exception as error:
        message = f"{what} cannot be read: {_explain(error, data, cls)}; {_RESTORE}"
        raise StoreError(message) from error


def _explain(error: Exception, data: dict[str, Any], cls: type) -> str:
    # The quick converter does not say where; the other one does, and finds the same.
    try:
        _converter(detailed=True).structure(data, cls)
    except Exception as detailed:  # noqa: BLE001 (it is told, and not caught)
        error = detailed
    return _sentence(error)


def _sentence(error: Exception) -> str:
    from json import JSONDecodeError

    from cattrs import transform_error

    if isinstance(error, JSONDecodeError):
        return f"its text is no JSON ({error})"

    return "; ".join(line.replace(" @ $", " in $") for line in transform_error(error))


def _told(at: datetime) -> str:
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


# -- the converter ------------------------------------------------------------------------------


@cache
def _converter(*, detailed: bool = False) -> Converter:
    from cattrs import Converter
    from cattrs.gen import make_dict_unstructure_fn, override

    made = Converter(
        detailed_validation=detailed,
        omit_if_default=True,
        forbid_extra_keys=True,
        unstruct_collection_overrides={frozenset: sorted},
    )
    made.register_unstructure_hook(datetime, _told)
    made.register_unstructure_hook(Decimal, str)
    made.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    made.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    # Where a form shows a warning is of the moment; a history keeps what it said.
    unmet = make_dict_unstructure_fn(
        Unmet, made, _cattrs_omit_if_default=True, fields=override(omit=True)
    )
    made.register_unstructure_hook(Unmet, unmet)
    # An entry's act is written by its trigger, and read beside it: only a method knows the class.
    made.register_structure_hook_func(lambda cls: cls is Act, lambda value, _: value)
    made.register_unstructure_hook_func(lambda cls: cls is Act, lambda act: act.trigger)
    # Limits are the host's business of the moment; a history keeps who it was.
    made.register_unstructure_hook(Actor, lambda by: {"id": by.id, "kind": by.kind})
    return made
