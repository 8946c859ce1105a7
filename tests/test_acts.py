"""
Acts and their evidence: what a field takes, what it refuses, and acts of one's own.
"""

import copy
import pickle
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs
import pytest

from complaintflow import Actor, Desk, Edge, EvidenceError, Rule, act, acts
from complaintflow.acts import (
    DONT_KNOW,
    MOODS,
    SPEAKERS,
    Accept,
    AcceptAsk,
    AcknowledgeProblem,
    Act,
    Apologize,
    Approve,
    AskExpectation,
    AskQuestion,
    Assure,
    BreakPromise,
    Close,
    Correct,
    Counter,
    Empathize,
    Expectation,
    FollowUp,
    HandOver,
    Learn,
    Listen,
    Mood,
    NoteMood,
    Offer,
    Remedy,
    RequestApproval,
    Said,
    Told,
    evidence,
)
from complaintflow.methods import six_steps

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
REFUND = Remedy("refund", "40.00", "EUR")


PLAIN = {
    bool: True,
    int: 1,
    Decimal: Decimal("40.00"),
    datetime: NOON,
}


def value_for(name, hint):
    """
    Return a value that fits a field of evidence.
    """
    arguments = get_args(hint)
    if hint is str:
        value = "EUR" if name == "currency" else f"some {name}"
    elif hint in PLAIN:
        value = PLAIN[hint]
    elif get_origin(hint) is Literal:
        value = arguments[-1]
    elif get_origin(hint) in (tuple, Sequence):
        value = (value_for(name, arguments[0]),)
    elif arguments:  # annotated, or optional
        value = value_for(name, arguments[0])
    else:
        value = filled(hint)
    return value


def filled(cls):
    """
    Return evidence of a class with every field filled, but for those that exclude each other.
    """
    left_out = {RequestApproval: {"promise"}, Expectation: {"unknown"}}.get(cls, set())
    hints = get_type_hints(cls, include_extras=True)
    names = [a.name for a in attrs.fields(cls) if a.name not in left_out]
    return cls(**{name: value_for(name, hints[name]) for name in names})


ONE_OF_EACH = [
    filled(each)
    for each in (getattr(acts, name) for name in acts.__all__)
    if isinstance(each, type) and issubclass(each, Act) and each is not Act
]


@evidence
class Address:
    """
    Where something is sent: a value of a host's own.
    """

    street: str
    floor: int | None = None


@act(speaker="agent", remedy=True)
class SendPresent(Act):
    """
    An act of a host's own, with a field of every kind.
    """

    words: Said
    to: Address
    wish: Told | None = None
    wrapped: bool = False
    weight: int = 1
    price: Decimal | None = None
    on: datetime | None = None
    size: Literal["small", "large"] = "small"
    cards: tuple[str, ...] = ()
    stops: tuple[Address, ...] = ()
    kept_in: ClassVar[str] = "a class variable is no evidence"


def problems(make, **fields):
    """
    Return everything that is wrong with some evidence.
    """
    with pytest.raises(EvidenceError) as error:
        make(**fields)
    return list(error.value.problems)


# -- the vocabulary -----------------------------------------------------------------------------


def test_the_vocabulary_is_public_and_sorted():
    """
    What can be imported is what is promised.
    """
    assert sorted(acts.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n)) == list(
        acts.__all__
    )
    assert all(hasattr(acts, name) for name in acts.__all__)
    assert set(acts.__all__) <= set(dir(acts))
    with pytest.raises(AttributeError, match="Lissen"):
        _ = acts.Lissen


def test_the_vocabulary_holds_acts_of_every_speaker():
    """
    The tests below go through all of them, whatever is added.
    """
    assert set(SPEAKERS) == {made.spec.speaker for made in ONE_OF_EACH}
    assert len(ONE_OF_EACH) == len({made.trigger for made in ONE_OF_EACH}) > 30


@pytest.mark.parametrize(
    ("made", "trigger"),
    [
        (Listen, "listen"),
        (AcknowledgeProblem, "acknowledge_problem"),
        (SendPresent, "send_present"),
    ],
)
def test_a_trigger_is_the_name_of_the_class_in_snake_case(made, trigger):
    """
    Stories, logs and `transitions` all call it so.
    """
    assert trigger == made.trigger


def test_the_moods_are_in_order():
    """
    001-02: from calm to hostile; comparing them is comparing places.
    """
    assert ("calm", "discontent", "upset", "angry", "hostile") == MOODS
    assert ("agent", "customer", "colleague", "system") == SPEAKERS


@pytest.mark.parametrize("made", ONE_OF_EACH, ids=lambda each: each.trigger)
def test_an_act_is_a_value(made):
    """
    Two equal ones are one, also in a set; nothing about them can be changed.
    """
    fields = {a.name: getattr(made, a.name) for a in attrs.fields(type(made))}
    again = type(made)(**fields)

    assert made == again
    assert hash(made) == hash(again)
    assert 1 == len({made, again})
    for name in fields:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(made, name, "something else")


@pytest.mark.parametrize("made", ONE_OF_EACH, ids=lambda each: each.trigger)
def test_an_act_can_be_pickled_and_copied(made):
    """
    Hosts hand acts to task queues.
    """
    for arrived in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert (made, type(made)) == (arrived, type(arrived))


@pytest.mark.parametrize("made", ONE_OF_EACH, ids=lambda each: each.trigger)
def test_an_act_takes_nothing_besides_its_evidence(made):
    """
    A typo in a field name must not make a new field.
    """
    with pytest.raises(AttributeError):
        made.evidnece = "x"


def test_acts_of_different_classes_are_different():
    """
    To approve is not to accept, however alike the evidence looks.
    """
    assert Approve() != Accept()
    assert AcknowledgeProblem(words="A teapot") != Assure(words="A teapot")


# -- checked fields -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "blank",
    ["", " ", "\t\n", "\u00a0", "\u200b", "\u200d\u200c", "\ufeff", " \u2060\u200e \u200f"],
    ids=ascii,
)
def test_a_text_that_says_nothing_is_no_evidence(blank):
    """
    Ticking a box by typing a space is how steps are skipped elsewhere.
    """
    assert ["account must not be blank"] == problems(Listen, account=blank)
    assert ["notes must not be blank"] == problems(Listen, account="It broke", notes=blank)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "account must be text, not None"),
        (5, "account must be text, not int (5)"),
        (b"It broke", "account must be text, not bytes (b'It broke')"),
        (["It broke"], "account must be text, not list (['It broke'])"),
    ],
    ids=repr,
)
def test_a_text_is_a_text(value, told):
    """
    Nothing is coerced silently: `str(None)` was heard by nobody.
    """
    assert [told] == problems(Listen, account=value)


@pytest.mark.parametrize("value", [1, 0, "yes", None, "True"], ids=repr)
def test_a_yes_or_no_is_a_bool(value):
    """
    `finished="no"` would be true.
    """
    told = "None" if value is None else f"{type(value).__name__} ({value!r})"

    assert [f"finished must be True or False, not {told}"] == problems(
        Listen, account="It broke", finished=value
    )


@pytest.mark.parametrize("value", [True, 1.0, "1", None], ids=repr)
def test_a_whole_number_is_an_int(value):
    """
    `True` is no entry, though Python counts it as one.
    """
    assert problems(Correct, entry=value, reason="x")[0].startswith(
        "entry must be a whole number, not "
    )


@pytest.mark.parametrize("value", ["happy", "Calm", "", None, 1, ["calm"]], ids=repr)
def test_a_choice_is_one_of_the_choices(value):
    """
    The sentence lists them.
    """
    (told,) = problems(NoteMood, mood=value)

    assert told.startswith(
        "mood must be one of 'calm', 'discontent', 'upset', 'angry', 'hostile', not "
    )


def test_a_naive_time_is_refused():
    """
    Until noon: in Auckland or in Honolulu?
    """
    naive = datetime(2026, 1, 5, 12)

    assert [
        "expires must be a datetime with a time zone; a naive one could mean any of 38 instants"
    ] == problems(Offer, remedies=[REFUND], words="Forty?", expires=naive)


@pytest.mark.parametrize("value", [date(2026, 1, 5), "2026-01-05T12:00:00Z", 1767614400])
def test_a_time_is_a_datetime(value):
    """
    A date has no noon, and a text is for stories.
    """
    (told,) = problems(Offer, remedies=[REFUND], words="Forty?", expires=value)

    assert told.startswith("expires must be a")
    assert f"not {type(value).__name__}" in told


@pytest.mark.parametrize("value", [40.0, 0.1 + 0.2, True, None, "forty", "", b"40"], ids=repr)
def test_an_amount_of_money_is_no_float(value):
    """
    0.1 + 0.2 is no amount of money.
    """
    with pytest.raises(EvidenceError, match="amount"):
        Remedy("refund", value, "EUR")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", Decimal("sNaN")], ids=repr)
def test_an_amount_of_money_is_finite(value):
    """
    `Decimal` takes more than one would pay.
    """
    assert ["amount must be a finite number"] == problems(
        Remedy, kind="refund", amount=value, currency="EUR"
    )


@pytest.mark.parametrize(
    "amount",
    ["1E+999999", "1" * 30, 10**4000, "1e-400", "0.0000000000001"],
    ids=["power", "digits", "number", "nothing", "hardly anything"],
)
@pytest.mark.parametrize("make", [Remedy, Close], ids=["remedy", "close"])
def test_an_amount_of_money_is_one_that_can_be_added(make, amount):
    """
    Sums of larger ones, and of finer ones, are rounded, or are no number at all.
    """
    field = "cost" if make is Close else "amount"
    other = {} if make is Close else {"kind": "refund"}

    assert 1 == len(problems(make, **other, **{field: amount, "currency": "EUR"}))


@pytest.mark.parametrize(
    "at",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59+00:00"],
)
def test_a_time_is_of_a_year_that_can_be_counted_from(at):
    """
    It is kept in UTC, in which some of them do not exist.
    """
    assert problems(Remedy, kind="refund", due=datetime.fromisoformat(at))


@pytest.mark.parametrize("value", ["40.00", 40, Decimal("40.00"), Decimal(40)], ids=repr)
def test_an_amount_of_money_is_exact(value):
    """
    As text, whole number or decimal, it is the same money.
    """
    remedy = Remedy("refund", value, "EUR")

    assert (Decimal(40), Decimal) == (remedy.amount, type(remedy.amount))


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("40", None, "amount and currency come together: '40.00', 'EUR'"),
        (None, "EUR", "amount and currency come together: '40.00', 'EUR'"),
        ("0", "EUR", "amount must be more than nothing, not 0"),
        ("-1", "EUR", "amount must be more than nothing, not -1"),
        ("40", "eur", "currency must be a code of three capitals such as 'EUR', not 'eur'"),
        ("40", "E1R", "currency must be a code of three capitals such as 'EUR', not 'E1R'"),
        ("40", "EURO", "currency must be a code of three capitals such as 'EUR', not 'EURO'"),
        (
            "40",
            "\u20ac\u20ac\u20ac",
            "currency must be a code of three capitals such as 'EUR', not '\u20ac\u20ac\u20ac'",
        ),
    ],
)
def test_money_is_a_positive_amount_of_a_currency(amount, currency, told):
    """
    Forty of what?
    """
    assert [told] == problems(Remedy, kind="refund", amount=amount, currency=currency)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"cost": "40"}, ["cost and currency come together: '40.00', 'EUR'"]),
        ({"currency": "EUR"}, ["cost and currency come together: '40.00', 'EUR'"]),
        ({"cost": "-1", "currency": "EUR"}, ["cost must be more than nothing, not -1"]),
        (
            {"cost": 0, "currency": "euro"},
            ["currency must be a code of three capitals such as 'EUR', not 'euro'"],
        ),
        ({"cost": 1.5, "currency": "EUR"}, None),
    ],
    ids=str,
)
def test_what_it_cost_is_money_too(fields, told):
    """
    003-55: the bottom line is written in figures.
    """
    found = problems(Close, **fields)

    assert found == (told or found)


def test_a_case_may_have_cost_nothing():
    """
    An apology is free.
    """
    assert 0 == Close(cost=0).cost
    assert 0 == Close(cost="0.00", currency="EUR").cost


def test_every_problem_is_told_at_once():
    """
    Whoever fills in a form wants to correct it once.
    """
    assert [
        "account must not be blank",
        "finished must be True or False, not str ('no')",
        "mood must be one of 'calm', 'discontent', 'upset', 'angry', 'hostile', not str ('sad')",
        "notes must be text, not int (3)",
    ] == problems(Listen, account="", finished="no", mood="sad", notes=3)


def test_every_problem_is_told_at_once_also_where_a_text_stands_for_a_wish():
    """
    The shorthand of a plain text must not hide the other mistakes.
    """
    with pytest.raises(EvidenceError) as error:
        AskExpectation(question="", expectation=" ")

    assert "ask_expectation" == error.value.subject
    assert ["question", "expectation"] == [p.split()[0] for p in error.value.problems]


def test_the_error_names_the_act_or_the_value():
    """
    A remedy inside an offer is wrong before the offer is.
    """
    with pytest.raises(EvidenceError) as error:
        Remedy(kind="")

    assert "Remedy: kind must not be blank" == str(error.value)


# -- sequences ----------------------------------------------------------------------------------


def test_a_list_becomes_a_tuple():
    """
    What is frozen cannot be appended to.
    """
    remedies = [REFUND]
    offer = Offer(remedies=remedies, words="Forty?")
    remedies.append(Remedy("flowers"))

    assert (REFUND,) == offer.remedies
    assert ("late",) == Apologize(words="Sorry", covers=["late"]).covers


@pytest.mark.parametrize(
    "value", ["late", {"late"}, None, iter(["late"])], ids=["str", "set", "None", "iterator"]
)
def test_a_sequence_is_a_list_or_a_tuple(value):
    """
    The letters of a text are no mistakes, and a set has no order to be trusted.
    """
    (told,) = problems(Apologize, words="Sorry", covers=value)

    assert told.startswith("covers must be a sequence, not ")


def test_what_is_in_a_sequence_is_checked_too():
    """
    The place is told.
    """
    assert ["covers[1] must not be blank"] == problems(
        Apologize, words="Sorry", covers=["late", ""]
    )
    assert ["remedies[0] must be a Remedy, not str ('refund')"] == problems(
        Offer, remedies=["refund"], words="Forty?"
    )


def test_an_offer_of_nothing_is_no_offer():
    """
    It must hold something.
    """
    assert ["remedies must not be empty"] == problems(Offer, remedies=[], words="Forty?")
    assert ["remedies must not be empty"] == problems(AcceptAsk, remedies=(), words="Yes")


def test_a_counter_offer_need_not_be_sorted():
    """
    "More" is a counter-offer.
    """
    assert () == Counter(words="More").remedies


# -- values -------------------------------------------------------------------------------------


def test_a_plain_text_is_a_wish_in_words():
    """
    The common case is short.
    """
    assert Expectation(words="A new one") == (
        AskExpectation(question="What would help?", expectation="A new one").expectation
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, ["say the wish in words, or unknown=True where the customer does not know"]),
        (
            {"words": "A new one", "unknown": True},
            ["an unknown expectation has no words, kind or amount; leave out those, or unknown"],
        ),
        (
            {"kind": "refund", "unknown": True},
            ["an unknown expectation has no words, kind or amount; leave out those, or unknown"],
        ),
        (
            {"words": "Forty", "amount": 40},
            ["amount and currency come together: '40.00', 'EUR'"],
        ),
    ],
    ids=str,
)
def test_an_expectation_is_known_or_it_is_not(fields, told):
    """
    003-41: "don't know" is allowed, and explicit.
    """
    assert told == problems(Expectation, **fields)


def test_not_knowing_has_a_name():
    """
    It is the same for everybody.
    """
    assert Expectation(unknown=True) == DONT_KNOW


@pytest.mark.parametrize(
    "fields",
    [{}, {"remedies": [REFUND], "promise": "p1"}],
    ids=["neither", "both"],
)
def test_approval_is_asked_for_one_thing(fields):
    """
    A yes to two questions would be a yes to which?
    """
    assert ["ask for either remedies or a promise to be broken"] == problems(
        RequestApproval, reason="fair", **fields
    )


@pytest.mark.parametrize(
    ("remedy", "text"),
    [
        (Remedy("apology"), "apology"),
        (REFUND, "refund of 40.00 EUR"),
        (Remedy("refund", "1E+5", "EUR"), "refund of 100000 EUR"),
        (Remedy("refund", 40, "EUR", details="in cash"), "refund of 40 EUR (in cash)"),
        (Remedy("repair", details="the lid"), "repair (the lid)"),
    ],
    ids=str,
)
def test_a_remedy_reads_as_one_says_it(remedy, text):
    """
    It is what a promise says.
    """
    assert text == str(remedy)


# -- outcomes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        (Listen(account="It broke"), "finished"),
        (Listen(account="It broke", finished=False), "unfinished"),
        (AskQuestion(question="Which?"), "unanswered"),
        (AskQuestion(question="Which?", answer="Blue"), "answered"),
        (AskExpectation(question="What?"), "unanswered"),
        (AskExpectation(question="What?", expectation="A new one"), "answered"),
        (AskExpectation(question="What?", expectation=DONT_KNOW), "unknown"),
        (FollowUp(words="Well?"), "unanswered"),
        (FollowUp(words="Well?", resolved=True), "unanswered"),
        (FollowUp(words="Well?", resolved=True, pleased=True), "satisfied"),
        (FollowUp(words="Well?", resolved=True, pleased=False), "not_satisfied"),
        (FollowUp(words="Well?", resolved=False), "not_satisfied"),
        (Close(), "resolved"),
        (Close(outcome="unconfirmed"), "unconfirmed"),
        (Apologize(words="Sorry"), None),
    ],
)
def test_an_outcome_is_read_from_the_evidence(story, made, outcome):
    """
    Nobody says the outcome beside the evidence, so they cannot differ.
    """
    assert outcome == made.read_outcome(story.ledger)


@pytest.mark.parametrize("made", ONE_OF_EACH, ids=lambda each: each.trigger)
def test_every_outcome_an_act_reads_is_one_it_declares(story, made):
    """
    The set is closed: a method can say what follows from each.
    """
    assert made.read_outcome(story.ledger) in (made.spec.outcomes or {None: ""})


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Listen, ()),
        (Empathize, ("words",)),
        (AskExpectation, ("question",)),
        (HandOver, ("words", "statement")),
        (BreakPromise, ("reason",)),
        (Learn, ()),
        (SendPresent, ("words",)),
    ],
)
def test_an_act_knows_which_texts_are_said_to_the_customer(made, said):
    """
    Language rules read these, and no others.
    """
    assert said == made.spec.said


# -- acts of one's own --------------------------------------------------------------------------


def test_an_act_of_ones_own_takes_a_few_lines():
    """
    Typed, checked, frozen, and known to the charter as a remedy.
    """
    made = SendPresent(
        words="A little something",
        to=Address("Main Street 1", 2),
        price=Decimal("9.90"),
        on=NOON,
        size="large",
        cards=["get well"],
        stops=[Address("Side Street 2")],
    )

    assert (("get well",), True, "agent") == (made.cards, made.spec.remedy, made.spec.speaker)
    assert made == pickle.loads(pickle.dumps(made))


def test_an_act_of_ones_own_is_checked_like_ours():
    """
    All at once, with their places.
    """
    assert [
        "words must not be blank",
        "to must be a Address, not str ('Main Street 1')",
        "wish must not be blank",
        "wrapped must be True or False, not None",
        "weight must be a whole number, not float (1.5)",
        "price must be a decimal number such as '40.00', not float (9.9)",
        "size must be one of 'small', 'large', not str ('huge')",
        "cards[0] must be text, not int (1)",
        "stops[1] must be a Address, not None",
    ] == problems(
        SendPresent,
        words=" ",
        to="Main Street 1",
        wish="",
        wrapped=None,
        weight=1.5,
        price=9.9,
        size="huge",
        cards=[1],
        stops=[Address("Side Street 2"), None],
    )


def test_a_value_of_ones_own_is_checked_when_it_is_made():
    """
    By its own name.
    """
    with pytest.raises(EvidenceError) as error:
        Address(street="", floor="two")

    assert (
        "Address has 2 problems:\n- street must not be blank\n"
        "- floor must be a whole number, not str ('two')"
    ) == str(error.value)


def test_a_class_may_add_problems_of_its_own():
    """
    What no single field can know is asked when every field is of its type.
    """

    @act
    class Lend(Act):
        """Lend something for a while."""

        since: datetime
        until: datetime

        def problems(self):
            """Yield that time runs backwards."""
            if self.until < self.since:
                yield "until is before since"

    assert ["until is before since"] == problems(Lend, since=NOON, until=NOON.replace(hour=9))
    assert ["until must be a"] == [p[:15] for p in problems(Lend, since=NOON, until=None)]


def test_an_act_may_build_on_another():
    """
    A host's `Offer` with a form number is an offer still.
    """

    @act(remedy=True)
    class OfferByForm(Offer):
        """Offer remedies by form."""

        form: str = attrs.field(kw_only=True)

    made = OfferByForm(remedies=[REFUND], words="Forty?", form="F-3")

    assert ((REFUND,), "offer_by_form", ("words",)) == (
        *(made.remedies, made.trigger, made.spec.said),
    )
    assert ["remedies must not be empty", "form must not be blank"] == problems(
        OfferByForm, remedies=[], words="Forty?", form=""
    )


def test_names_of_the_module_can_be_given_as_text():
    """
    A module with `from __future__ import annotations` has only texts for types.
    """

    @act
    class Send(Act):
        """Send something somewhere."""

        to: "Address"
        on: "datetime | None" = None

    assert Address("Main Street 1") == Send(to=Address("Main Street 1")).to


@pytest.mark.parametrize(
    "hint",
    [
        *(float, dict, list, tuple, object, bytes, date, Any, dict[str, str], list[str]),
        *(tuple[str, str], str | int, str | int | None, float | None, Literal[1, 2]),
        *(Annotated[float, "euros"], tuple[float, ...], set[str], type),
    ],
    ids=str,
)
def test_evidence_has_few_types(hint):
    """
    What can be checked, compared, and written down and read again.
    """
    with pytest.raises(TypeError, match=r"Weigh: evidence cannot be .*; use str, Said, Told"):

        @act
        class Weigh(Act):
            """Weigh something."""

            weight: hint


def test_a_type_that_only_a_function_knows_is_told():
    """
    Annotations are read as those of a module.
    """

    @attrs.frozen
    class Local:
        """A class nobody else can see."""

    with pytest.raises(TypeError, match="annotate fields with names of its module"):

        @act
        class Send(Act):
            """Send something."""

            what: "Local"


@pytest.mark.parametrize(
    "name",
    [
        *("trigger", "spec", "read_outcome", "rounds", "agreed", "write", "problems"),
        *("act", "at", "by", "case", "key"),
    ],
)
def test_some_names_are_no_fields(name):
    """
    They are methods of every act, or said beside the evidence in a line of a story.
    """
    space = {"__annotations__": {name: str}, "__module__": __name__}

    with pytest.raises(TypeError, match=f"Ship: a field cannot be called {name}"):
        act(type("Ship", (Act,), space))


def test_only_a_subclass_of_act_is_an_act():
    """
    The sentence says what to write.
    """
    with pytest.raises(
        TypeError, match=r"@act goes on a subclass of Act: write `class Wave\(Act\):`"
    ):

        @act
        class Wave:
            """No act."""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            {"outcomes": {"done": "it is done"}},
            r"Wave has outcomes; define read_outcome\(self, ledger\)",
        ),
        ({"expectation": ("known",)}, "Wave: 'known' is none of its outcomes"),
        ({"hearing": "finished"}, "Wave: 'finished' is none of its outcomes"),
        ({"speaker": "boss"}, "Wave: speaker must be one of agent, customer, colleague, system"),
    ],
    ids=str,
)
def test_an_act_says_nothing_that_contradicts_itself(options, told):
    """
    When it is defined, not when it is first recorded.
    """
    with pytest.raises(TypeError, match=told):

        @act(**options)
        class Wave(Act):
            """Wave."""


def test_outcomes_of_ones_own_are_read_by_ones_own_function(story):
    """
    A closed set, read from evidence and ledger.
    """

    @act(outcomes={"seen": "they waved back", "missed": "they did not"}, awaits="customer")
    class Wave(Act):
        """Wave."""

        back: bool

        def read_outcome(self, ledger):
            """Tell whether they waved back."""
            return "seen" if self.back else "missed"

    assert ["seen", "missed"] == [Wave(back=b).read_outcome(story.ledger) for b in (True, False)]
    assert ("customer", {"seen": "they waved back", "missed": "they did not"}) == (
        *(Wave.spec.awaits, dict(Wave.spec.outcomes)),
    )


def test_a_class_without_the_decorator_says_so_when_it_is_called():
    """
    Python would say that it takes no arguments.
    """

    class Wave(Act):
        """Wave."""

        words: Said

    with pytest.raises(EvidenceError) as error:
        Wave(words="Hello")

    assert "Wave: it is no act yet: put @act above `class Wave(Act):`" == str(error.value)


def test_fields_that_are_demanded_come_first():
    """
    Python wants it so of every call; the message names the class.
    """
    with pytest.raises(TypeError, match=r"^Late: fields without a default come first") as error:

        @act
        class Late(Act):
            """Say that it is late."""

            words: Said = "Sorry"
            days: int

    assert "days" in str(error.value)


def test_an_act_without_fields_is_fine():
    """
    Some deeds say it all.
    """

    @act
    class Smile(Act):
        """Smile."""

    assert Smile() == Smile()
    assert (False, False, None) == (
        *(Smile.spec.remedy, Smile.spec.recognition, Smile.spec.hearing),
    )


def test_a_mood_can_be_a_field_of_ones_own():
    """
    The shared vocabulary is for hosts, too.
    """

    @act
    class Meet(Act):
        """Meet the customer."""

        mood: Mood | None = None

    assert "calm" == Meet(mood="calm").mood
    assert problems(Meet, mood="sad")


# -- people -------------------------------------------------------------------------------------


@pytest.mark.parametrize("may", ["listen", ["listen"], ("listen",), {"listen"}], ids=repr)
def test_what_somebody_may_is_one_name_or_several(may):
    """
    A lone text is one name, never its letters.
    """
    assert frozenset({"listen"}) == Actor("sam", may=may).may


def test_limits_are_exact_money():
    """
    Whatever a settings file gave.
    """
    sam = Actor("sam", limits={"EUR": "20.50", "USD": 10})

    assert {"EUR": Decimal("20.50"), "USD": Decimal(10)} == sam.limits
    assert [True, False, False] == [
        sam.may_offer(Decimal(amount), currency)
        for amount, currency in (("20.50", "EUR"), ("20.51", "EUR"), ("0.01", "GBP"))
    ]
    assert Actor("lee").may_offer(Decimal(10**9), "EUR")


def test_people_are_values():
    """
    Equal ones are one, and can be found in a set.
    """
    assert Actor("sam") == Actor("sam")
    assert 1 == len({Actor("sam", limits={"EUR": 20}), Actor("sam", limits={"EUR": "20"})})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id": ""}, ["id must be a name, not ''"]),
        ({"id": " "}, ["id must be a name, not ' '"]),
        ({"id": 7}, ["id must be a name, not 7"]),
        ({"id": None}, ["id must be a name, not None"]),
        (
            {"id": "sam", "kind": "robot"},
            ["kind must be one of human, bot, customer, system, not 'robot'"],
        ),
        (
            {"id": "sam", "kind": ["bot"]},
            ["kind must be one of human, bot, customer, system, not ['bot']"],
        ),
        *(
            (
                {"id": "sam", "limits": limits},
                ["limits must map currencies to amounts, such as {'EUR': '50'}"],
            )
            for limits in (
                *(50, "50", [("EUR", 50)], {"EUR": "fifty"}, {"EUR": None}),
                *({"EUR": "NaN"}, {"EUR": "Infinity"}, {"EUR": True}),
            )
        ),
        (
            {"id": "", "kind": "", "limits": 7},
            [
                "id must be a name, not ''",
                "kind must be one of human, bot, customer, system, not ''",
                "limits must map currencies to amounts, such as {'EUR': '50'}",
            ],
        ),
    ],
)
def test_people_are_checked_when_they_are_made(fields, expected):
    """
    A limit that is no number must not be one that allows everything.
    """
    assert expected == problems(Actor, **fields)


@pytest.mark.parametrize("may", [7, [7], ["listen", None]], ids=repr)
def test_what_somebody_may_are_names(may):
    """
    Anything else would silently allow nothing.
    """
    with pytest.raises(EvidenceError, match="may"):
        Actor("sam", may=may)


# -- acts of a host that are written wrong --------------------------------------------------------


class Odd(Act):
    """
    An act that names an outcome it does not have.
    """

    def read_outcome(self, ledger):
        """Say what is none of them."""
        return "sideways"


class Mute(Act):
    """
    An act whose `write` has no return.
    """

    def write(self, ledger, entry):
        """Change the ledger, and forget to say so."""
        ledger.but(attempts=0)


@pytest.mark.parametrize(
    ("cls", "options", "told"),
    [
        (Odd, {"outcomes": {"up": "it goes up"}}, "'sideways', which is none of its outcomes: up"),
        (Mute, {}, "is a `return` missing?"),
    ],
)
def test_a_hosts_act_that_is_written_wrong_is_told_as_such(cls, options, told):
    """
    The mistake is in the host's class, and the sentence says which.
    """
    mine = act(**options)(type(cls.__name__, (cls,), {"__annotations__": {}}))
    method = attrs.evolve(
        six_steps(),
        rules=[*six_steps().rules, Rule(mine)],
        edges=[*six_steps().edges, Edge("received", mine)],
    )
    desk = Desk(method)
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")

    with pytest.raises(EvidenceError, match=re.escape(told)):
        desk.record("t-1", mine(), by="sam")
    assert 1 == desk.get("t-1").version


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"remedy": "yes"}, "remedy is True or False"),
        ({"awaits": "boss"}, "awaits is 'customer', 'colleague' or None"),
        ({"expectation": "answered"}, "expectation holds outcomes"),
    ],
)
def test_what_is_said_of_an_act_is_checked(options, told):
    """
    A word that means nothing here would be read as something.
    """
    with pytest.raises(TypeError, match=told):
        act(**options)(type("Mine", (Act,), {"__annotations__": {}}))


def test_what_is_no_class_is_no_act():
    """
    Whoever forgets the class gets a sentence, not a traceback of ours.
    """
    with pytest.raises(TypeError, match="goes on a subclass of Act"):
        act(5)
