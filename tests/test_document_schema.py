"""
The JSON Schema of documents: it says what the reader reads, no more and no less.
"""

import copy
import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from complaintflow import (
    DocumentError,
    Edge,
    Fact,
    LanguageRule,
    Method,
    Origin,
    Outcome,
    Rule,
    State,
    TimeLimit,
    Within,
    documents,
)
from complaintflow.acts import Satisfaction
from complaintflow.cli._methods import every_method, names
from complaintflow.documents import _format
from complaintflow.documents._format import DOCUMENT, schema
from complaintflow.documents._kinds import Found
from complaintflow.invariants import Invariant
from complaintflow.methods import six_steps
from complaintflow.requirements import __all__ as vocabulary

VALIDATOR = Draft202012Validator(documents.schema())
PLAIN = [json.loads(documents.dumps(method, format="json")) for method in every_method()]
PLAIN.append(
    json.loads(
        documents.dumps(
            six_steps(first_response=Within(1, zone="Asia/Tokyo"), sixth=None), format="json"
        )
    )
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 10_001, 2**63, 2**63 - 1, -(2**64), 1.5, 1e19, 1e300]),
    st.sampled_from(["", " ", "x", "\x00", "\u200b", "open", "1 day", "x" * 201, "2026-01-05"]),
    st.lists(st.sampled_from(["x", 1, "", None]), max_size=2),
    st.dictionaries(
        st.sampled_from(["x", "", "span", "none", "ask", "guard", "text"]),
        st.sampled_from(["1 day", True, "x", 3]),
        max_size=2,
    ),
)
"""Values of every kind, at the edges of what a document can hold."""


def shape_of(data):
    """
    Return what the reader says of the shape of a document, names apart.
    """
    found = Found()
    DOCUMENT.read(data, (), found)
    return found.problems


def places_in(data, path=()):
    """
    Yield every place in a document.
    """
    yield path
    if isinstance(data, (dict, list)):
        for key, each in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places_in(each, (*path, key))


def changed_at(data, path, change):
    """
    Return a document with a change made at a place.
    """
    if not path:
        return change(data)
    made = copy.copy(data)
    made[path[0]] = changed_at(data[path[0]], path[1:], change)
    return made


def without(data, draw):
    """
    Return a list or table without one of its items; anything else as it is.
    """
    if not data or not isinstance(data, (dict, list)):
        return data
    made = copy.copy(data)
    del made[draw(st.sampled_from(sorted(made) if isinstance(made, dict) else range(len(made))))]
    return made


def with_another(data, draw):
    """
    Return a table with one more key, or a list with one more item.
    """
    odd = draw(ODD)
    if isinstance(data, dict):
        return data | {draw(st.sampled_from(["x", "cites", "needs", "within", "", "format"])): odd}
    return [*data, odd] if isinstance(data, list) else odd


@st.composite
def mutants(draw):
    """
    Return documents in which one to three places were changed.
    """
    data = draw(st.sampled_from(PLAIN))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places_in(data))))
        how = draw(st.sampled_from(["value", "less", "more"]))
        if how == "value":
            odd = draw(ODD)
            data = changed_at(data, path, lambda _, odd=odd: odd)
        elif how == "less":
            data = changed_at(data, path, lambda old: without(old, draw))
        else:
            data = changed_at(data, path, lambda old: with_another(old, draw))
    return data


def test_the_schema_that_is_shipped_is_the_one_the_reader_is_made_of():
    """
    Write it anew with: complaintflow.documents._format.schema(), as JSON with an indent of two.
    """
    assert schema() == documents.schema()


def test_the_schema_is_one():
    """
    Of the draft it says it is of.
    """
    Draft202012Validator.check_schema(documents.schema())

    assert "https://json-schema.org/draft/2020-12/schema" == documents.schema()["$schema"]


def test_no_table_of_known_keys_takes_an_unknown_one():
    """
    A key that nobody reads is a promise that nobody keeps.
    """
    tables = [
        each
        for each in nodes(documents.schema())
        if each.get("type") == "object" and "properties" in each
    ]

    assert len(tables) > 40
    assert all(each["additionalProperties"] is False for each in tables)


def nodes(value):
    """
    Yield every table of a schema.
    """
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, (dict, list)):
            yield from nodes(each)


def test_every_maker_of_the_vocabulary_can_be_named():
    """
    What Python can ask, a document can.
    """
    asked = {
        each["properties"]["ask"]["const"]
        for each in nodes(documents.schema())
        if "ask" in each.get("properties", {})
    }
    no_makers = {"Advised", "Fact", "Made", "Question", "Requirement", "says"}

    assert set(vocabulary) - no_makers == asked


@pytest.mark.parametrize(
    ("piece", "record", "apart"),
    [
        (State, _format.STATE, {"name"}),
        (Fact, _format.FACT, {"name"}),
        (Outcome, _format.OUTCOME, {"name", "recommends"}),
        (Rule, _format.ACT, {"act", "recommends"}),
        (Edge, _format.EDGE, {"sources", "trigger", "target", "from", "act", "to"}),
        (TimeLimit, _format.LIMIT, {"code"}),
        (LanguageRule, _format.LANGUAGE, {"code"}),
        (Invariant, _format.INVARIANT, {"code"}),
        (Origin, _format.ORIGIN, set()),
        (Satisfaction, _format.SATISFACTION, set()),
        (
            Method,
            _format.DOCUMENT,
            {"$schema", "format", "departs", "departures", "rules", "acts", "edges", "road"}
            | {"requirements", "groups", "compiled"},
        ),
    ],
)
def test_a_document_has_a_key_for_everything_that_a_method_holds(piece, record, apart):
    """
    What is added to a method and not to its documents would be lost in silence.
    """
    fields = {field.name for field in attrs.fields(piece)}

    assert fields - apart == record.keys.keys() - apart


@pytest.mark.parametrize("data", PLAIN, ids=[*names(), "six_steps, otherwise"])
def test_the_schema_takes_what_is_written(data):
    """
    An editor that marks a good document as wrong is switched off.
    """
    assert [] == [error.message for error in VALIDATOR.iter_errors(data)]


@pytest.mark.untraced
@given(mutants())
def test_schema_and_reader_refuse_the_same(data):
    """
    So that whoever has one of them does not need the other.
    """
    refused = shape_of(data)

    # A span has a size, and a zone exists or not: that is more than a schema can say.
    more = ("amount must be", "there is no time zone", "is over at once")
    if not any(told.startswith(more) or more[2] in told for _, told in refused):
        assert VALIDATOR.is_valid(data) == (not refused), refused


@pytest.mark.untraced
@settings(max_examples=20)
@given(mutants())
def test_whatever_the_schema_refuses_the_reader_refuses(data):
    """
    With a message of ours.
    """
    if not VALIDATOR.is_valid(data):
        with pytest.raises(DocumentError) as error:
            documents.loads(json.dumps(data), format="json")

        assert all(place.text for place in error.value.places)
