"""
Errors that teach: their sentences, and that they survive being sent to another process.
"""

import copy
import inspect
import pickle
from datetime import timedelta

import pytest

from complaintflow import UNDECIDED, Refused, Step, Unmet, errors
from complaintflow._spelling import did_you_mean
from complaintflow.acts import Listen, Offer, Remedy
from complaintflow.errors import tell_way

HEARD = Unmet("heard", "ana has not been heard", ("003-12",), ("listen",))
RECOGNISED = Unmet("recognised", "the problem is not recognised")
LISTEN = Step("listen", "finished", depends_on="the customer")

EVERY = [
    errors.ComplaintflowError("anything"),
    Refused("offer", "received", (HEARD, RECOGNISED), lambda: (LISTEN,)),
    errors.EvidenceError("listen", ("account must not be blank",)),
    errors.MethodError("method 'm'", ("no state is final", "initial: unknown state 'x'")),
    errors.DocumentError(
        "own.toml", (errors.DocumentProblem("is no key of it", "acts.offer.need", 12, "own.toml"),)
    ),
    errors.StoryError("the story", ("line 3: it is not JSON",)),
    errors.LogError("log 'x.csv'", ("it is empty",)),
    errors.MappingError("map.toml", ("line 3: 'a': six_steps has no act 'ofer'",)),
    errors.HistoryError("an empty history makes no case"),
    errors.TimeError("at is naive"),
    errors.UnknownAct("six_steps", "lisen", ("listen", "offer")),
    errors.UnknownActor("sma"),
    errors.UnknownMethod("six_step", ("six_steps",)),
    errors.UnknownCase("t-1"),
    errors.CaseExists("t-1"),
    errors.Conflict("t-1", 3),
    errors.KeyReused("t-1", "msg-1", "listen", "offer"),
    errors.LimitReached("listen", ("account has 100001 characters",)),
    errors.StoreError("the store is locked"),
    errors.NotDelivered("t-1:3:1", "gone", is_permanent=True, retry_after=timedelta(minutes=5)),
    errors.CannotDraw("svg", "the program 'dot' is not on the search path", "install Graphviz"),
    errors.UnsupportedOption("queued"),
]


def test_every_error_of_the_library_is_looked_at_here():
    """
    A new one joins the list, and is pickled too.
    """
    made = {type(error) for error in EVERY}
    public = {
        each
        for each in vars(errors).values()
        if inspect.isclass(each)
        and issubclass(each, Exception)
        and not each.__name__.startswith("_")
    }

    assert public == made


def test_every_error_stands_in_the_tree_of_the_docstring():
    """
    The tree is what one reads to know what to catch.
    """
    for error in EVERY:
        assert type(error).__name__ in errors.__doc__


@pytest.mark.parametrize("error", EVERY, ids=lambda error: type(error).__name__)
def test_every_error_can_be_caught_by_the_base(error):
    """
    A host that wants one `except` for all of ours can have it.
    """
    assert isinstance(error, errors.ComplaintflowError)


@pytest.mark.parametrize("error", EVERY, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "send", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy]
)
def test_every_error_arrives_as_it_was_sent(error, send):
    """
    Task queues and process pools send exceptions home by pickle.
    """
    arrived = send(error)

    assert (type(error), str(error)) == (type(arrived), str(arrived))
    assert error.args == arrived.args
    assert {k: v for k, v in vars(error).items() if k[0] != "_"} == {
        k: v for k, v in vars(arrived).items() if k[0] != "_"
    }


@pytest.mark.parametrize(
    ("error", "also"),
    [
        (errors.TimeError("x"), ValueError),
        (errors.UnknownAct("m", "x", ()), LookupError),
        (errors.UnknownActor("x"), LookupError),
        (errors.UnknownMethod("x", ()), LookupError),
        (errors.UnknownCase("x"), LookupError),
        (errors.UnsupportedOption("x"), TypeError),
    ],
)
def test_some_errors_are_what_python_would_raise(error, also):
    """
    Code that looks things up catches `LookupError`, without knowing us.
    """
    assert isinstance(error, also)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            errors.EvidenceError("listen", ("account must not be blank",)),
            "listen: account must not be blank",
        ),
        (
            errors.MethodError("method 'm'", ("no state is final", "fact 'x' is defined twice")),
            "method 'm' has 2 problems:\n- no state is final\n- fact 'x' is defined twice",
        ),
        (
            errors.UnknownAct("six_steps", "lisen", ("listen", "offer")),
            "six_steps has no act 'lisen' (did you mean 'listen'?)",
        ),
        (
            errors.UnknownAct("six_steps", "dance", ("listen", "offer")),
            "six_steps has no act 'dance'; it has: listen, offer",
        ),
        (
            errors.UnknownActor("sma"),
            "nobody is known as 'sma'; record it as somebody the Authority knows",
        ),
        (
            errors.UnknownMethod("six_step", ("five_steps", "six_steps")),
            (
                "there is no method 'six_step' (did you mean 'six_steps'?); "
                "there are: five_steps, six_steps"
            ),
        ),
        (
            errors.UnknownMethod("six_steps/1/cf564994", ("six_steps/1/8c34844f",)),
            (
                "there is no method 'six_steps/1/cf564994'; there are: six_steps/1/8c34844f; "
                "a case stays with the version and the settings that it was opened under: "
                "give that method as well, as in Desk(new, old)"
            ),
        ),
        (
            errors.UnknownMethod("six_steps/1/cf564994", ("six_steps/1/cf564995",)),
            (
                "there is no method 'six_steps/1/cf564994'; there are: six_steps/1/cf564995; "
                "a case stays with the version and the settings that it was opened under: "
                "give that method as well, as in Desk(new, old)"
            ),
        ),
        (errors.UnknownCase("t-1"), "there is no case 't-1'; open it first, or name another"),
        (
            errors.CaseExists("t-1"),
            "case 't-1' was opened before; record on it, or open another id",
        ),
        (
            errors.Conflict("t-1", 3, 4),
            (
                "case 't-1' is at version 4, not 3: somebody acted in between; "
                "read it again and decide anew"
            ),
        ),
        (
            errors.Conflict("t-1", 3),
            (
                "case 't-1' is at another version, not 3: somebody acted in between; "
                "read it again and decide anew"
            ),
        ),
        (
            errors.KeyReused("t-1", "msg-1", "listen", "offer"),
            (
                "key 'msg-1' on case 't-1' was kept for listen and comes back for another offer; "
                "give every act a key of its own"
            ),
        ),
    ],
)
def test_an_error_says_what_was_asked_why_not_and_what_can_be_done(error, sentence):
    """
    Whoever reads it at night in a log has no time for the manual.
    """
    assert sentence == str(error)


@pytest.mark.parametrize(
    ("word", "hint"),
    [("lisen", " (did you mean 'listen'?)"), ("listne", " (did you mean 'listen'?)"), ("x", "")],
)
def test_a_slip_of_the_finger_gets_a_hint(word, hint):
    """
    And something else gets none: a wrong hint costs more than no hint.
    """
    assert hint == did_you_mean(word, ["offer", "listen", "lapse"])


# -- refusals -----------------------------------------------------------------------------------


def test_a_refusal_tells_every_reason_and_the_way():
    """
    What was asked, why not, and what can be done, in this order.
    """
    no = Refused("offer", "received", (HEARD, RECOGNISED), lambda: (LISTEN, Step("empathize")))

    assert (
        "cannot offer while received: ana has not been heard; the problem is not recognised\n"
        "first: listen (finished), empathize"
    ) == str(no)


@pytest.mark.parametrize("way", [(), UNDECIDED])
def test_a_refusal_without_a_way_shows_none(way):
    """
    An invented road would be worse than none.
    """
    no = Refused("offer", "received", (HEARD,), lambda: way)

    assert "cannot offer while received: ana has not been heard" == str(no)
    assert way is no.way


def test_a_refusal_to_which_nothing_leads_says_so():
    """
    Otherwise it would just end, and look as if something was left out.
    """
    no = Refused("offer", "received", (HEARD,), lambda: None)
    theirs = Refused("approve", "heard", (Unmet("not_allowed", "ask kim"),), lambda: None)

    assert ["nothing leads there from here"] == str(no).splitlines()[1:]
    assert "cannot approve while heard: ask kim" == str(theirs)


def test_a_refusal_says_what_could_be_waived():
    """
    It is no part of the way, which proposes no exception; who may grant one should know of it.
    """
    no = Refused("offer", "received", (HEARD,), lambda: None, ("heard",))

    assert "or waive: heard" == str(no).splitlines()[-1]
    assert ("heard",) == pickle.loads(pickle.dumps(no)).waivable


def test_a_refusal_knows_no_way_unless_it_is_told_one():
    """
    A refusal can be made by hand, for a test of one's own code.
    """
    assert Refused("offer", "received", (HEARD,)).way is None


def test_the_way_is_searched_for_when_it_is_read_and_only_once():
    """
    Most refusals are only counted or shown in grey; the search costs more than the decision.
    """
    calls = []

    def find():
        calls.append("searched")
        return (LISTEN,)

    no = Refused("offer", "received", (HEARD,), find)

    assert [] == calls
    assert ((LISTEN,), (LISTEN,)) == (no.way, no.way)
    assert "first: listen" in str(no)
    assert ["searched"] == calls


def test_that_there_is_no_way_is_remembered_too():
    """
    `None` is an answer; asking again would not change it.
    """
    calls = []
    no = Refused("offer", "received", (HEARD,), lambda: calls.append("searched"))

    assert (None, None) == (no.way, no.way)
    assert ["searched"] == calls


@pytest.mark.parametrize("way", [None, UNDECIDED, (LISTEN,)])
def test_a_refusal_leaves_the_process_with_its_way(way):
    """
    The search holds the case and the method; what is sent is its result.
    """
    arrived = pickle.loads(pickle.dumps(Refused("offer", "received", (HEARD,), lambda: way)))

    assert (way, (HEARD,)) == (arrived.way, arrived.unmet)
    assert (arrived.way is UNDECIDED) == (way is UNDECIDED)


def test_a_refusal_of_a_decision_can_be_sent_too(story):
    """
    The real thing, with remedies in its way.
    """
    no = story.refused(Offer(remedies=[Remedy("refund", 40, "EUR")], words="Forty?"), by="kim")
    arrived = pickle.loads(pickle.dumps(no))

    assert (str(no), no.way, no.unmet) == (str(arrived), arrived.way, arrived.unmet)


def test_undecided_is_one_value_that_says_no():
    """
    `if refused.way:` must not take a search that gave up for a road.
    """
    assert not UNDECIDED
    assert "UNDECIDED" == repr(UNDECIDED)
    assert UNDECIDED is pickle.loads(pickle.dumps(UNDECIDED))
    assert UNDECIDED is copy.deepcopy(UNDECIDED)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Step("listen"), "listen"),
        (Step("listen", "finished"), "listen (finished)"),
        (
            Step("keep_promise", "settled", evidence=(("promise", "p1"),)),
            "keep_promise (settled, p1)",
        ),
        (
            Step("request_approval", evidence=(("remedies", (Remedy("a"), Remedy("b"))),)),
            "request_approval (a and b)",
        ),
    ],
    ids=str,
)
def test_a_step_is_told_in_a_few_words(step, text):
    """
    The sentence of a refusal holds several of them.
    """
    assert text == str(step)


def test_an_empty_way_is_told_as_nothing():
    """
    There is nothing to do first.
    """
    assert ["", "", "", "first: listen"] == [
        tell_way(way) for way in ((), None, UNDECIDED, (Step("listen"),))
    ]


def test_an_unmet_requirement_reads_as_its_sentence():
    """
    In a template one writes it down as it is.
    """
    assert "ana has not been heard" == str(HEARD)


def test_evidence_that_is_wrong_is_told_by_the_name_of_the_act():
    """
    The trigger is what a story or an API calls it.
    """
    with pytest.raises(errors.EvidenceError, match=r"^listen: account must not be blank$"):
        Listen(account="")
