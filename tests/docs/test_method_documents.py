"""The reference of methods as documents has every key there is."""

import pathlib
import re

from complaintflow.documents import _format
from complaintflow.documents._kinds import ListOf, Record, TableOf

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference" / "method-documents.md"


def records(kind):
    """
    Yield every record that a kind is made of, itself among them.
    """
    if isinstance(kind, Record):
        yield kind
        for key in kind.keys.values():
            yield from records(key.kind)
    elif isinstance(kind, (ListOf, TableOf)):
        yield from records(kind.item)


def test_every_kind_of_table_is_in_the_reference():
    """
    A key that is not described is found by accident.
    """
    told = dict(_format.sections())
    described = re.findall(r"^```\{document-keys\} (.*)$", PAGE.read_text(), re.MULTILINE)
    every = [each for each in records(_format.DOCUMENT) if each is not _format.ROAD]

    assert list(told) == sorted(described, key=list(told).index)
    assert [] == [each for each in every if each not in told.values()]


def test_every_key_says_what_it_means():
    """
    In a sentence.
    """
    keys = [key for _, record in _format.sections() for key in record.keys.values()]
    for record in _format.REQUIREMENT.records["ask"].values():
        keys += record.keys.values()

    assert [] == [key.about for key in keys if not re.fullmatch(r"[A-Z`].*[.)]", key.about)]
