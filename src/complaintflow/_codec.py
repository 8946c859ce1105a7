"""
Cases and entries as JSON text, and back.

A store keeps the text and needs to know nothing else. Reading takes the vocabulary of a method:
which class an act's trigger stands for. cattrs is imported when the first text is written or
read, so that importing the library does not pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow._evidence import evidence_from_data
from complaintflow._method import Method
from complaintflow.acts import Act
from complaintflow.acts.bounds import Open
from complaintflow.errors import EvidenceError, StoreError, UnknownAct

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

Vocabulary = Mapping[str, type[Act]]
"""The act classes of a method by their triggers."""


def vocabulary(method: Method) -> dict[str, type[Act]]:
    """Return the act classes of a method by their triggers, the opening one included."""
    return {Open.trigger: Open} | {rule.trigger: rule.act for rule in method.rules}


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


# -- cases and entries --------------------------------------------------------------------------


def case_to_text(case: Case) -> str:
    """Return a case as JSON."""
    return _dump(_converter().unstructure(case))


def case_from_text(text: str) -> Case:
    """
    Return the case that JSON describes.

    Raises:
        StoreError: it is no case of this version of the library.
    """
    return _load(text, Case, "case")


def entry_to_text(entry: Entry) -> str:
    """Return an entry as JSON, in one canonical form."""
    data = _converter().unstructure(entry)
    data["act"] = entry.trigger
    data["evidence"] = act_to_data(entry.act)
    return _dump(data)


def entry_from_text(text: str, known: Vocabulary, method: str) -> Entry:
    """
    Return the entry that JSON describes.

    Raises:
        StoreError: it is no entry of this version of the library, or its act is not known.
    """
    import json

    try:
        data = json.loads(text)
        act = act_from_data(str(data.pop("act")), data.pop("evidence"), known, method)
        entry = _converter().structure(data | {"act": act}, Entry)
    except (UnknownAct, EvidenceError) as error:
        message = f"an entry cannot be read: {error}"
        raise StoreError(message) from None
    except Exception as error:
        message = f"an entry cannot be read: {_explain(error)}"
        raise StoreError(message) from error
    return entry


def _dump(data: object) -> str:
    import json

    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _explain(error: Exception) -> str:
    from cattrs import transform_error

    return "; ".join(line.replace(" @ $", " in $") for line in transform_error(error))


def _load(text: str, cls: type[T], what: str) -> T:
    import json

    try:
        return _converter().structure(json.loads(text), cls)
    except Exception as error:
        message = f"a {what} cannot be read: {_explain(error)}"
        raise StoreError(message) from error


# -- the converter ------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _converter() -> Converter:
    from cattrs import Converter

    made = Converter(
        omit_if_default=True,
        forbid_extra_keys=True,
        unstruct_collection_overrides={frozenset: sorted},
    )
    made.register_unstructure_hook(datetime, lambda at: at.astimezone(UTC).isoformat())
    made.register_unstructure_hook(Decimal, str)
    made.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    made.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    # An entry's act is written by its trigger, and read beside it: only a method knows the class.
    made.register_structure_hook_func(lambda cls: cls is Act, lambda value, _: value)
    made.register_unstructure_hook_func(lambda cls: cls is Act, lambda act: act.trigger)
    # Limits are the host's business of the moment; a history keeps who it was.
    made.register_unstructure_hook(Actor, lambda by: {"id": by.id, "kind": by.kind})
    return made
