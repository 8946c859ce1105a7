"""
What is wrong with a definition is told in a sentence, and what it is about is data beside it.
"""

import json
import pickle

import pytest
from attrs import evolve

from complaintflow import (
    Departure,
    DocumentError,
    Edge,
    Fact,
    MethodError,
    TimeLimit,
    Within,
    documents,
)
from complaintflow.acts import Withdraw
from complaintflow.methods import six_steps

SIX = six_steps()
NAMES = {
    "states": "name",
    "facts": "name",
    "rules": "trigger",
    "limits": "code",
    "language": "code",
    "invariants": "code",
    "departs": "invariant",
}
"""By what the pieces of a method are called."""


def problems(**changes):
    """
    Return what is wrong with six steps that are changed.
    """
    with pytest.raises(MethodError) as error:
        evolve(SIX, **changes)
    return error.value.problems


def about(**changes):
    """
    Return what the only problem of a changed method is about.
    """
    (problem,) = problems(**changes)
    return problem.about


def but(kind, name, **changes):
    """
    Return the pieces of one kind, with one of them changed.
    """
    named = NAMES[kind]
    return [evolve(p, **changes) if getattr(p, named) == name else p for p in getattr(SIX, kind)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"initial": "receved"}, ("initial",)),
        ({"waivable": ["nobody asks for it"]}, ("waivable",)),
        ({"accepted": {"unnoticed: a: b": ""}}, ("accepted", "unnoticed: a: b")),
        ({"facts": [*SIX.facts, SIX.facts[0]]}, ("facts", SIX.facts[0].name)),
        ({"rules": but("rules", "listen", needs=["hard"])}, ("rules", "listen")),
        ({"limits": [TimeLimit("a: b", "late", Within(1), "opn", "close")]}, ("limits", "a: b")),
        ({"departs": [Departure("I1", "because")]}, ("departs", "I1")),
        ({"edges": [*SIX.edges, Edge("heard", "listn")]}, ("edges", len(SIX.edges))),
        ({"edges": [*SIX.edges, evolve(SIX.edges[0])]}, ("edges", len(SIX.edges))),
        ({"states": "none"}, ("states",)),
    ],
    ids=[
        *("initial", "waivable", "accepted", "facts", "rules", "limits", "departs"),
        *("unknown act", "edge twice", "no states"),
    ],
)
def test_a_problem_says_what_it_is_about(changes, expected):
    """
    A field of the method and the name of the piece, or the place of the edge.
    """
    assert expected in {problem.about for problem in problems(**changes)}


@pytest.mark.untraced
def test_every_problem_is_about_a_piece_that_is_there():
    """
    Whatever is left out of a method, each sentence names a field, and most of them a piece.
    """
    for kind in ("states", "facts", "rules", "edges"):
        for place in range(len(getattr(SIX, kind))):
            pieces = [p for n, p in enumerate(getattr(SIX, kind)) if n != place]
            try:
                changed = problems(**{kind: pieces})
            except pytest.fail.Exception:
                continue  # it can be done without
            for problem in changed:
                assert problem.about, problem
                field, *piece = problem.about
                assert hasattr(SIX, field), problem
                if field == "edges":
                    edges = pieces if kind == "edges" else SIX.edges
                    assert edges[piece[0]].trigger in problem


def test_an_unknown_name_is_data_too():
    """
    With what it should have been the name of.
    """
    (problem,) = problems(initial="receved")

    assert ("state", "receved") == problem.unknown
    assert {("act", "listn")} == {
        p.unknown for p in problems(edges=[*SIX.edges, Edge("heard", "listn")])
    }
    assert {None} == {p.unknown for p in problems(facts=[*SIX.facts, SIX.facts[0]])}


def test_it_is_still_a_sentence():
    """
    It is printed, compared and sent as one.
    """
    with pytest.raises(MethodError) as error:
        evolve(SIX, initial="receved")
    (problem,) = error.value.problems
    (arrived,) = pickle.loads(pickle.dumps(error.value)).problems

    assert "initial: unknown state 'receved' (did you mean 'received'?)" == problem == arrived
    assert (problem.about, problem.unknown) == (arrived.about, arrived.unknown)


def document(**tables):
    """
    Return the six steps as plain data, with more entries in its tables.
    """
    data = json.loads(documents.dumps(SIX, format="json"))
    for name, entries in tables.items():
        data.setdefault(name, {}).update(entries)
    return data


def places(data):
    """
    Return where the problems of a document are.
    """
    with pytest.raises(DocumentError) as error:
        documents.loads(json.dumps(data), format="json")
    return [place.path for place in error.value.places]


def test_a_name_that_looks_like_a_sentence_is_found_where_it_stands():
    """
    Nobody reads the sentence to find the place.
    """
    code = "rule of listen: late"
    limit = {"text": "late", "within": "2 days", "starts": "opn", "ends": "close"}

    assert [f"limits.'{code}'"] == places(document(limits={code: limit}))


def test_of_two_edges_alike_the_one_that_is_wrong_is_told():
    """
    And not the last one of that act from those states.
    """
    data = document()
    edges = data["road"]["edges"]
    wrong = {"from": ["heard"], "act": ["note_mood"], "given": ["herd"]}
    edges[0:0] = [wrong, {"from": ["heard"], "act": ["note_mood"], "given": ["heard"]}]

    assert ["road.edges[0]"] == places(data)


def test_what_is_wrong_with_a_part_that_is_missing_is_told_where_it_would_stand():
    """
    An act that the charter asks for, and that has no rule.
    """
    rules = [rule for rule in SIX.rules if rule.act is not Withdraw]
    edges = [edge for edge in SIX.edges if edge.trigger != "withdraw"]

    assert ("rules", "withdraw") in {p.about for p in problems(rules=rules, edges=edges)}
    extra = Fact("never", "it never is")
    assert ("rules", "listen") == about(
        rules=but("rules", "listen", needs=["never"]), facts=[*SIX.facts, extra]
    )
