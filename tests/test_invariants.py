"""
Invariants: each template against its definition, and the catalogue as data.
"""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import MethodError, Within, invariants
from complaintflow._invariants import TABLES, TIMED, UNARY
from complaintflow.acts import Listen, Offer
from complaintflow.invariants import (
    Invariant,
    Standing,
    absence,
    begin,
    existence,
    in_time,
    letter,
    never,
    precedence,
    response,
    since,
    step,
)

LENGTH = 8
"""The longest words that every template is tried on."""

LENGTH_OF_BOTH = 6
"""The longest of those with acts that are of both kinds at once; there are many more of them."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def between(positions, low, high):
    """
    Tell whether one of the positions lies strictly between two others.
    """
    return any(low < p < high for p in positions)


# What each template says, of the positions of the first kind `a` and of the other kind `b` in a
# word of length `n`, as the field of Declare defines it over finite traces.
DEFINITIONS = {
    "never": lambda a, b, n: not a,
    "existence": lambda a, b, n: len(a) >= 1,
    "absence": lambda a, b, n: len(a) == 0,
    "at_most_one": lambda a, b, n: len(a) <= 1,
    "exactly_one": lambda a, b, n: len(a) == 1,
    "init": lambda a, b, n: n == 0 or 0 in a,
    "last": lambda a, b, n: n == 0 or n - 1 in a,
    "responded_existence": lambda a, b, n: not a or bool(b),
    "response": lambda a, b, n: all(any(j >= i for j in b) for i in a),
    "precedence": lambda a, b, n: all(any(i <= j for i in a) for j in b),
    "succession": lambda a, b, n: (
        all(any(j >= i for j in b) for i in a) and all(any(i <= j for i in a) for j in b)
    ),
    "alternate_response": lambda a, b, n: all(
        any(j > i and not between(a, i, j) for j in b) for i in a
    ),
    "alternate_precedence": lambda a, b, n: all(
        any(i <= j and not any(i <= k < j for k in b) for i in a) for j in b
    ),
    "chain_response": lambda a, b, n: all(i + 1 in b for i in a),
    "chain_precedence": lambda a, b, n: all(j - 1 in a for j in b),
    "since": lambda a, b, n: all(
        any(i < j and not between(a & b, i, j) for i in a - b) for j in b - a
    ),
    "not_coexistence": lambda a, b, n: not a or not b,
    "not_succession": lambda a, b, n: not any(j >= i for i in a for j in b),
    "not_chain_succession": lambda a, b, n: not any(i + 1 in b for i in a),
    "coexistence": lambda a, b, n: bool(a) == bool(b),
    "choice": lambda a, b, n: bool(a) or bool(b),
    "exclusive_choice": lambda a, b, n: bool(a) != bool(b),
}

# What a template has something to say about: False where it is kept for want of a case.
TOUCHING = {
    "never": lambda a, b, n: bool(a or b),
    "at_most_one": lambda a, b, n: bool(a),
    "init": lambda a, b, n: n > 0,
    "last": lambda a, b, n: n > 0,
    "responded_existence": lambda a, b, n: bool(a),
    "response": lambda a, b, n: bool(a),
    "precedence": lambda a, b, n: bool(b),
    "succession": lambda a, b, n: bool(a or b),
    "alternate_response": lambda a, b, n: bool(a),
    "alternate_precedence": lambda a, b, n: bool(b),
    "chain_response": lambda a, b, n: bool(a),
    "chain_precedence": lambda a, b, n: bool(b),
    "since": lambda a, b, n: bool(b - a),
    "not_coexistence": lambda a, b, n: bool(a or b),
    "not_succession": lambda a, b, n: bool(a),
    "not_chain_succession": lambda a, b, n: bool(a),
    "coexistence": lambda a, b, n: bool(a or b),
}


def letters_of(template):
    """
    Return the letters a template can read.
    """
    return (0, 1, 2) if template == "never" else (0, 1) if template in UNARY else (0, 1, 2, 3)


def words(template):
    """
    Yield every word up to a length, with the positions of both kinds in it.
    """
    for n in range(LENGTH + 1):
        letters = letters_of(template) if n <= LENGTH_OF_BOTH else letters_of(template)[:3]
        for word in product(letters, repeat=n):
            first = {i for i, read in enumerate(word) if read & 1}
            second = {i for i, read in enumerate(word) if read & 2}
            yield word, first, second


@pytest.mark.parametrize("template", TABLES)
def test_every_table_says_what_its_template_is_defined_to_say(template):
    """
    Proof, watch and audit read these tables: a wrong digit would be wrong three times.
    """
    table, defined = TABLES[template], DEFINITIONS[template]
    touching = TOUCHING.get(template, lambda a, b, n: True)
    for word, first, second in words(template):
        place = table.read(word)
        assert defined(first, second, len(word)) == table.kept[place], word
        if table.kept[place]:
            assert touching(first, second, len(word)) == table.touched[place], word


@pytest.mark.parametrize("template", TIMED)
def test_a_timed_table_without_haste_is_the_untimed_one(template):
    """
    More time than anybody takes is the same as no limit.
    """
    timed, plain = TIMED[template], TABLES[template]
    for word, _, _ in words(template):
        assert plain.kept[plain.read(word)] == timed.kept[timed.read(word)], word


@pytest.mark.parametrize("table", [*TABLES.values(), *TIMED.values()])
def test_a_table_is_small_and_whole(table):
    """
    Whoever steps one needs no check: every letter leads to a place that there is.
    """
    places = range(len(table.next))

    assert len(table.next) <= 5
    assert all(to in places for row in table.next for to in row)
    assert len(table.next) == len(table.kept) == len(table.touched)
    assert len(table.late) in (0, len(table.next))


@pytest.mark.parametrize("template", TABLES)
def test_what_is_settled_stays_as_it_is(template):
    """
    A verdict for good is one that no later act can change, and one that is not can change.
    """
    table = TABLES[template]
    for place, settled in enumerate(table.settled):
        later = set()
        for word in product(letters_of(template), repeat=3):
            at = place
            for read in word:
                at = table.next[at][read]
                later.add(table.kept[at])
        assert settled == (later == {table.kept[place]}), place


# -- time ---------------------------------------------------------------------------------------


def verdict(invariant, history):
    """
    Return whether an invariant is kept after acts at days after its beginning.
    """
    standing = begin(invariant, NOON)
    for day, trigger in history:
        read = letter(invariant, trigger, None)
        standing = step(invariant, standing, read, at=NOON + timedelta(days=day))
    return invariant.table.kept[standing.place]


# What a timed template says of the days of `a` and `b`, by its definition.
TIMED_DEFINITIONS = {
    "existence": lambda a, b, w, all_: any(i <= w for i in a),
    "response": lambda a, b, w, all_: all(any(i <= j <= i + w for j in b) for i in a),
    "alternate_response": lambda a, b, w, all_: all(
        any(i < j <= i + w and not between(a, i, j) for j in b) for i in a
    ),
    "chain_response": lambda a, b, w, all_: all(
        next((j in b and j <= i + w for j in all_ if j > i), False) for i in a
    ),
    "precedence": lambda a, b, w, all_: all(any(i <= j <= i + w for i in a) for j in b),
    "alternate_precedence": lambda a, b, w, all_: all(
        any(i <= j <= i + w and not any(i <= k < j for k in b) for i in a) for j in b
    ),
    "chain_precedence": lambda a, b, w, all_: all(
        any(i < j <= i + w and not between(all_, i, j) for i in a) for j in b
    ),
    "not_succession": lambda a, b, w, all_: not any(i <= j <= i + w for i in a for j in b),
}


@pytest.mark.parametrize("template", TIMED)
@given(
    gaps=st.lists(st.tuples(st.integers(1, 4), st.sampled_from("abx")), max_size=7),
    days=st.integers(1, 5),
)
def test_a_timed_invariant_says_what_it_is_defined_to_say(template, gaps, days):
    """
    A day too late is too late, whatever happened in between.
    """
    binary = {} if template == "existence" else {"others": "b"}
    invariant = Invariant("c", "t", template, "a", within=Within(days), **binary)
    history, day = [], 0
    for gap, trigger in gaps:
        day += gap
        history.append((day, trigger))
    a = [day for day, trigger in history if trigger == "a"]
    b = [day for day, trigger in history if trigger == "b"]
    defined = TIMED_DEFINITIONS[template](a, b, days, [day for day, _ in history])

    assert defined == verdict(invariant, history)


def test_time_can_run_out_while_nothing_happens():
    """
    An audit asks where a case stands on a day, not only after an act.
    """
    soon = response("offer", "accept", within=Within(14))
    standing = step(soon, begin(soon, NOON), 1, at=NOON)

    assert standing == in_time(soon, standing, NOON + timedelta(days=14))
    late = in_time(soon, standing, NOON + timedelta(days=15))
    assert (True, None) == (soon.table.broken[late.place], late.since)


def test_without_a_span_no_time_is_kept():
    """
    What knows no time need not remember any.
    """
    plain = response("offer", "accept")
    standing = step(plain, begin(plain, NOON), 1, at=NOON)

    assert Standing(1) == standing == in_time(plain, standing, NOON + timedelta(days=999))


# -- letters ------------------------------------------------------------------------------------


def test_an_act_is_named_by_trigger_by_outcome_or_by_class():
    """
    Some sentences are about every listening, others about the finished one.
    """
    order = precedence(["listen/finished", "empathize"], [Offer, "accept_ask"])

    assert 1 == letter(order, "listen", "finished")
    assert 0 == letter(order, "listen", "continues")
    assert 1 == letter(order, "empathize", None)
    assert 2 == letter(order, "offer", None)
    assert 3 == letter(response("offer", ["offer", "accept"]), "offer", None)
    assert ("listen",) == absence(Listen).acts


def test_what_undoes_the_first_is_a_letter_of_its_own():
    """
    A fact that is cleared has to be earned anew; so has what a sentence asks for.
    """
    anew = since("listen/finished", "reiterate", undone_by="answer/rejected")

    assert [1, 2, 3, 0] == [
        letter(anew, "listen", "finished"),
        letter(anew, "reiterate", None),
        letter(anew, "answer", "rejected"),
        letter(anew, "answer", "information"),
    ]


def test_never_reads_the_facts():
    """
    The act with what it takes is allowed; without any one of them it is not.
    """
    guarded = never("offer", without=["heard", "recognised"])

    assert 2 == letter(guarded, "offer", None, {"heard", "recognised", "more"})
    assert 1 == letter(guarded, "offer", None, {"heard"})
    assert 0 == letter(guarded, "listen", None)


# -- the catalogue ------------------------------------------------------------------------------

NEITHER = {"begin", "in_time", "letter", "step"}
MAKERS = [n for n in invariants.__all__ if n.islower() and n not in NEITHER]


def test_there_is_a_maker_for_each_template():
    """
    The catalogue is closed, and whole.
    """
    assert set(TABLES) == set(MAKERS)


@pytest.mark.parametrize("name", MAKERS)
def test_a_maker_says_in_words_what_is_wrong_when_it_is_broken(name):
    """
    A breach is told to people; a code made of the same words finds it again.
    """
    maker = getattr(invariants, name)
    if name == "never":
        made = maker("offer", without="heard", cites="003-12")
    elif name in UNARY:
        made = maker("offer", cites="003-12")
    elif name == "since":
        made = maker("listen/finished", "offer", undone_by="note_issue", cites="003-12")
    else:
        made = maker("listen/finished", "offer", cites="003-12")

    assert name == made.template
    assert "offer" in made.text
    assert made.code.replace("_", "").isalnum()
    assert ("003-12",) == made.cites
    assert None is made.watch is made.within


def test_the_sentences_can_be_ones_own():
    """
    What is made up reads well enough; what a house says reads better.
    """
    made = precedence("listen", "offer")
    own = precedence("listen", "offer", code="first_listen", text="an offer out of the blue")

    assert ("offer_before_listen", "offer before listen") == (made.code, made.text)
    assert ("first_listen", "an offer out of the blue") == (own.code, own.text)
    assert "first_listen: never an offer out of the blue" == str(own)
    timed = response(["offer", "accept_ask"], "follow_up", within=Within(14, "days"))
    assert "offer or accept_ask not followed by follow_up within 14 days" == timed.text


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: Invariant("", "t", "absence", "a"), "code must not be blank"),
        (lambda: Invariant("c", " ", "absence", "a"), "text must not be blank"),
        (lambda: Invariant("c", "t", "absense", "a"), "no template 'absense' (did you mean 'abs"),
        (lambda: precedence("listen", []), "others must name an act"),
        (lambda: existence(()), "acts must name an act"),
        (lambda: existence("listen / finished"), "'listen / finished' is no act; write 'offer' or"),
        (lambda: existence([3]), "acts must be acts, by trigger or class, not int"),
        (lambda: Invariant("c", "t", "absence", "a", "b"), "absence speaks of one kind"),
        (lambda: never("offer", without=()), "without must name the facts"),
        (lambda: Invariant("c", "t", "absence", "a", facts="f"), "facts are for never"),
        (lambda: since("a", "b", undone_by=()), "undone_by must name an act"),
        (lambda: since("a", "b", undone_by="b"), "an act cannot be one of the others"),
        (lambda: Invariant("c", "t", "last", "a", undone_by="u"), "undone_by is for since"),
        (lambda: existence("a", within=3), "within must be a span"),
        (lambda: Invariant("c", "t", "last", "a", within=Within(3)), "last cannot be timed; exist"),
        (lambda: absence("a", watch="shout"), "watch must be one of 'warn', 'refuse'"),
    ],
)
def test_an_invariant_that_makes_no_sense_does_not_exist(make, problem):
    """
    Found when it is written, not when it fails to find anything.
    """
    with pytest.raises(MethodError) as wrong:
        make()

    assert problem in str(wrong.value)


def test_every_problem_is_told_at_once():
    """
    One round of corrections is enough.
    """
    with pytest.raises(MethodError) as wrong:
        Invariant("", "", "never", "no act", within=Within(1), watch="shout")

    assert 6 == len(wrong.value.problems)
