"""
The closed vocabulary: what is made remembers how, and can be asked of every act it is let near.
"""

import pytest
from attrs import evolve

from complaintflow import Fact, Method, MethodError, Requirement, Rule, Within
from complaintflow._requirements import VOCABULARY
from complaintflow._requirements._base import Question
from complaintflow.acts import Act, FollowUp, Listen, Said, Satisfaction, act
from complaintflow.acts import Answer as AnswerAct
from complaintflow.documents._format import parameters
from complaintflow.methods import six_steps
from complaintflow.requirements import (
    Made,
    approver_is_another,
    calm,
    fills,
    first_person,
    not_pasted,
    question_about,
    says,
    talk_ahead,
    within_authority,
)
from complaintflow.testing._attempts import SAM, opened
from complaintflow.testing._shapes import library, shapes_of

SIX = six_steps()
SAMPLES = {
    "cites": ("x",),
    "code": "code",
    "text": "text",
    "words": ("I",),
    "wanted": 2,
    "window": Within(2),
    "about": "follow_up",
    "asked_by": "follow_up/unanswered",
    "fact": "owned",
    "or_lower": True,
    "for_offers": False,
    "templates": ("I see that the teapot arrived cracked",),
    "field": "words",
    "lines": "items",
}


@act
class Unsaid(Act):
    """
    An act whose fields are called as others are, and hold something else.
    """

    words: Said | None = None
    to: str | None = None


@act
class Answered(Act):
    """
    An act that can be read as a follow-up, and has no outcomes.
    """

    resolved: bool | None = None


def problems_of(rule, told="reads the field"):
    """
    Return what a definition says of a rule's evidence.
    """
    with pytest.raises(MethodError) as error:
        Method("m", "1", "M", "a", (), (), [rule], ())
    return [problem for problem in error.value.problems if told in problem]


def made(maker, cls):
    """
    Yield a requirement of a maker; one for each field where it takes fields.
    """
    named = {p.name: p for p in parameters(maker)}
    if "fields" in named:
        for name in cls.__evidence__:
            yield VOCABULARY[maker](name, code="code", text="text", cites="x")
        return
    for side in ("customer", "company") if "who" in named else (None,):
        given = {name: SAMPLES[name] for name in named if name != "who"}
        yield VOCABULARY[maker](**given, **({"who": side} if side else {}))


@pytest.mark.parametrize("maker", sorted(VOCABULARY))
def test_whatever_a_definition_lets_pass_can_be_asked(maker):
    """
    A question that falls over on the first case should not have been in a method.
    """
    case = opened(SIX)
    asked = 0
    for cls in library():
        for need in made(maker, cls):
            if problems_of(Rule(cls, [need])):
                continue
            for taken in (None, *(each for each, _ in shapes_of(cls)[:6])):
                question = Question(SIX, case, taken, case.updated_at, SAM)
                ask = need.standing if taken is None else need.met
                asked += 1

                assert ask is None or ask(question) in {True, False}
                assert taken is None or need.unmet(question).code == need.code
    assert asked


@pytest.mark.parametrize(
    ("cls", "read", "told"),
    [
        (
            Answered,
            Satisfaction("resolved", "resolved"),
            "may be 'satisfied', which is no outcome",
        ),
        (
            Listen,
            Satisfaction("heard", "heard"),
            "its satisfaction reads the field 'heard'",
        ),
        (FollowUp, Satisfaction("resolve", "resolved"), "(did you mean 'resolved'?)"),
        (
            FollowUp,
            Satisfaction("channel", "resolved"),
            "'channel', which is of another type",
        ),
    ],
)
def test_a_satisfaction_has_to_find_what_it_reads(cls, read, told):
    """
    And to come out in a way that the method knows: the engine would not know where it leads.
    """
    found = problems_of(Rule(cls, reads=read), "satisfaction")
    assert any(told in problem for problem in found)


def test_a_satisfaction_that_can_be_read_is_no_problem():
    """
    On both acts that it is for.
    """
    read = Satisfaction(yes="pleased", no=["pleased", "resolved"])

    assert [] == problems_of(Rule(FollowUp, reads=read), "satisfaction")
    assert [] == problems_of(Rule(AnswerAct, reads=read), "satisfaction")


@pytest.mark.parametrize(
    ("cls", "need", "told"),
    [
        (Listen, within_authority(), "'within_authority' reads the field 'remedies', which the"),
        (Listen, first_person(words="I", cites="x"), "'first_person' reads the field 'words'"),
        (Listen, fills("acount", code="c", text="t", cites="x"), "(did you mean 'account'?)"),
        (Unsaid, not_pasted(cites="x"), "which is of another type there"),
        (Unsaid, talk_ahead(), "which is of another type there"),
    ],
)
def test_what_a_requirement_reads_the_act_must_have(cls, need, told):
    """
    It used to be found out on the first case.
    """
    assert any(told in problem for problem in problems_of(Rule(cls, [need])))


def test_what_a_host_asks_by_itself_is_not_looked_into():
    """
    Only the vocabulary says what it reads.
    """
    assert [] == problems_of(Rule(Listen, [says("x", "x", lambda act: act.nothing, cites="x")]))


def test_a_requirement_remembers_its_maker_and_what_it_was_given():
    """
    In one way, however it was given.
    """
    plain = Made("fills", (("fields", ("a", "b")), ("code", "c"), ("text", "t"), ("cites", ("x",))))
    words = iter(["I", "me"])

    assert plain == fills("a", "b", cites=["x"], text="t", code="c").made_by
    assert plain == fills("a", "b", cites="x", code="c", text="t").made_by
    assert Made("calm", (("cites", ("x", "y")),)) == calm(cites=(c for c in "xy")).made_by
    assert (("words", ("I", "me")), ("cites", ())) == (
        first_person(words=words, cites=()).made_by.arguments
    )
    assert Made("question_about", (("about", "x"), ("asked_by", "y"))) == (
        question_about("x", asked_by="y").made_by
    )
    assert Made("approver_is_another") == approver_is_another(for_offers=True, cites=[]).made_by
    assert Requirement("x", "x", bool).made_by is None
    assert Fact("x", "x").needed(()).made_by is None


def test_a_requirement_knows_whether_it_still_does_what_it_was_made_to_do():
    """
    `evolve` can put another question under the same name.
    """
    need = within_authority()

    assert need.made_by.did(need)
    assert need.made_by.did(evolve(need, satisfied_by=["offer"]))
    assert not need.made_by.did(evolve(need, met=bool))
    assert not need.made_by.did(evolve(need, steps=None))


def test_a_maker_complains_as_any_function_does():
    """
    What does not fit is told by Python, and by nothing in between.
    """
    with pytest.raises(TypeError, match=r"calm\(\) missing 1 required keyword-only"):
        calm()
    with pytest.raises(TypeError, match="unexpected keyword argument 'cite'"):
        within_authority(cite="x")
