"""
Methods as documents: what is written is read the same, and what is wrong is told with its place.
"""

import json
import pickle
import re
import tomllib
from importlib import resources
from operator import attrgetter

import pytest
from attrs import evolve
from hypothesis import given, settings

from complaintflow import (
    Advised,
    Departure,
    DocumentError,
    Edge,
    Fact,
    LanguageRule,
    Method,
    Origin,
    Outcome,
    Requirement,
    Rule,
    State,
    TimeLimit,
    UnknownMethod,
    Within,
    documents,
    read_story,
    replay,
    stays,
)
from complaintflow.acts import (
    AcknowledgeProblem,
    Act,
    DeadlinePassed,
    FollowUp,
    Lapse,
    Listen,
    NotReached,
    Said,
    Waive,
    Withdraw,
    act,
)
from complaintflow.cli._demo import stories
from complaintflow.cli._methods import method_of
from complaintflow.errors import EvidenceError
from complaintflow.invariants import existence, never, precedence, response, since
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.requirements import Made, attempts_made, fills, question_about, says
from complaintflow.testing import methods as made_up_methods
from complaintflow.testing._attempts import attempt
from complaintflow.testing._exploring import configurations
from complaintflow.testing._host_acts import (
    GiveVoucher,
    HearOut,
    LookInto,
    Nod,
    PutRight,
    SendPhoto,
    TryFix,
)
from complaintflow.testing._shapes import plain_acts
from complaintflow.verification import check

HOST_ACTS = (GiveVoucher, HearOut, LookInto, Nod, PutRight, SendPhoto, TryFix)
BERLIN = Within(5, "business_days", zone="Europe/Berlin", counts_start_day=True, end_of_day=True)

CONFIGURED = {
    "five_steps": five_steps(),
    "seven_as": seven_as(),
    "personal_ownership": personal_ownership(),
    "six_steps": six_steps(),
    "five_steps, strict": five_steps(
        strict=True,
        action_within=Within(36, "hours"),
        attempts=1,
        exclusive_listening=True,
        mood_around_empathy=True,
    ),
    "seven_as, strict": seven_as(
        strict=True, second_person=False, first_response=BERLIN, stale_after=Within(1, "months")
    ),
    "personal_ownership, strict": personal_ownership(
        strict=True,
        promises_within=BERLIN,
        follow_up_after=Within(2, "weeks"),
        calm_when_lower=False,
        first_person_words=("I", "me"),
        first_response=Within(1, "hours"),
        takes_up_the_account=True,
        templates=["I will work with you until you are satisfied"],
        says_they_matter=True,
    ),
    "personal_ownership, quiet": personal_ownership(language=False),
    "six_steps, follow_up": six_steps(sixth="follow_up", first_response=BERLIN, language=False),
    "six_steps, five": six_steps(sixth=None, strict=True, attempts=7),
    "last": documents.get("last"),
    "heard": documents.get("heard"),
}
EVERY = pytest.mark.parametrize("method", CONFIGURED.values(), ids=CONFIGURED.keys())
EVERY_STORY = pytest.mark.parametrize("name", stories())
BOTH = pytest.mark.parametrize("form", ["toml", "json"])


@act(remedy=True)
class SendAgain(Act):
    """
    Send it again.
    """

    words: Said


def vip(question):
    """
    Ask what no vocabulary knows.
    """
    return question.case.customer == "ana"


VIP = Requirement("vip_only", "{customer} is no VIP", vip)
ASKS = says("asks", "it asks nothing", lambda act: "?" in act.words, cites="1")
OPEN_STATES = ("reported", "recognised")


def small(*, needs=("heard", "recognised"), more=(), everywhere=(), **changes):
    """
    Return a small method of a host's own.
    """
    parts = {
        "name": "lost_parcel",
        "version": "1",
        "title": "A parcel is lost",
        "initial": "reported",
        "states": [
            State("reported", "the customer tells what is missing", waits_for="customer"),
            State("recognised", "it is sent again"),
            State("sent", "it is under way", final=True),
            State("withdrawn", "the customer took it back", final=True),
            State("lapsed", "the customer fell silent", final=True),
        ],
        "facts": [
            Fact("heard", "{customer} has not said what is missing"),
            Fact("recognised", "nobody has said that this is a problem"),
        ],
        "rules": [
            Rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
            Rule(AcknowledgeProblem, ["heard"], establishes="recognised"),
            Rule(SendAgain, needs),
            Rule(NotReached, in_way=False),
            Rule(Lapse, [attempts_made(2)], in_way=False),
            Rule(Withdraw, in_way=False),
            *more,
        ],
        "edges": [
            Edge("reported", "listen"),
            Edge("reported", "acknowledge_problem", "recognised"),
            Edge("recognised", "send_again", "sent"),
            *stays(OPEN_STATES, NotReached, *(r.act for r in more if r.act not in everywhere)),
            *stays((*OPEN_STATES, "sent", "withdrawn", "lapsed"), *everywhere),
            Edge("reported", "lapse", "lapsed"),
            Edge(OPEN_STATES, "withdraw", "withdrawn"),
        ],
    }
    return Method(**parts | changes)


def again(method, form="toml", *, acts=(SendAgain,), guards=None):
    """
    Return a method, written and read.
    """
    text = documents.dumps(method, format=form, guards=guards)
    return documents.loads(text, format=form, acts=acts, guards=guards)


def requirements_of(method):
    """
    Yield every requirement of a method, in order, with where it stands.
    """
    for rule in method.rules:
        for part in (rule, *rule.outcomes):
            for need in part.needs:
                inner = getattr(need, "need", need)
                if isinstance(inner, Requirement):
                    yield rule.trigger, getattr(part, "name", None), inner


def problems(text, form="toml", **given):
    """
    Return what is wrong with a document, one sentence each.
    """
    with pytest.raises(DocumentError) as error:
        documents.loads(text, format=form, **given)
    return list(error.value.problems)


SMALL = documents.dumps(small())


def changed(*pairs, text=SMALL):
    """
    Return a document with pieces replaced; each of them must be there.
    """
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def wrong_with(*pairs, text=SMALL):
    """
    Return what is wrong with a document in which pieces are replaced, without the lines.
    """
    found = problems(changed(*pairs, text=text), acts=[SendAgain])
    return [re.sub(r"^line \d+: ", "", each) for each in found]


# -- there and back -----------------------------------------------------------------------------


@BOTH
@EVERY
def test_what_is_written_is_read_the_same(method, form):
    """
    A document that loses a requirement is a promise that is lost.
    """
    back = again(method, form)

    assert method == back
    assert method.pin == back.pin
    assert [r.reads for r in method.rules] == [r.reads for r in back.rules]
    made = [(*where, need.made_by) for *where, need in requirements_of(method)]
    assert made == [(*where, need.made_by) for *where, need in requirements_of(back)]
    assert all(need.made_by.did(need) for *_, need in requirements_of(back))
    assert [r.satisfied_by for *_, r in requirements_of(method)] == [
        r.satisfied_by for *_, r in requirements_of(back)
    ]


@pytest.mark.untraced
@pytest.mark.parametrize("name", ["five_steps", "last", "heard"])
def test_what_is_read_decides_the_same(name):
    """
    Equal data whose questions differed would be worse than none: everything reachable is tried.
    """
    method = CONFIGURED[name]
    back = again(method, "json")
    for case in configurations(method).values():
        for trigger in method.triggers:
            for acts in plain_acts(method, trigger, case).values():
                for each in acts[:2]:
                    assert answer(method, case, each) == answer(back, case, each)


@EVERY_STORY
def test_a_story_is_told_the_same_by_what_is_read(name):
    """
    Every entry, warning and refusal of it.
    """
    method = method_of(name)
    back = again(method)
    told = [replay(each, read_story(lines_of(name), each)) for each in (method, back)]

    for one, other in zip(*told, strict=True):
        assert one.entry == other.entry
        assert str(one.refused) == str(other.refused)


def lines_of(name):
    """
    Return the lines of the story of a method.
    """
    folder = resources.files("complaintflow.cli") / "stories"
    return (folder / f"{name}.jsonl").read_text("utf-8").split("\n")


def answer(method, case, taken):
    """
    Return the entry of an act, or every reason against it.
    """
    got = attempt(method, case, taken)
    return getattr(got, "unmet", got)


@pytest.mark.untraced
@settings(max_examples=25)
@given(made_up_methods())
def test_any_method_is_read_as_it_was_written(method):
    """
    Also one that nobody has thought of, with acts of a host's own.
    """
    for form in ("toml", "json"):
        back = again(method, form, acts=HOST_ACTS)

        assert method == back
        assert method.pin == back.pin


@BOTH
def test_everything_that_a_definition_can_say_can_be_written(form):
    """
    What the documented methods happen not to use is somebody's next idea.
    """
    unusual = Rule(
        FollowUp,
        [promise_open_by("send_again")],
        outcomes=[Outcome("satisfied"), Outcome("unanswered", ["heard"], "heard", ["recognised"])],
        notify=[("a", "x"), ("b", "x"), ("a", "y")],
    )
    method = small(
        more=[unusual, Rule(Waive), Rule(DeadlinePassed)],
        everywhere=[DeadlinePassed],
        variant="by post",
        source="handbook, page 3",
        origins=[
            Origin("The handbook"),
            Origin("A talk", "https://example.org", "2024-05", "2026-01-31", "primary", "all"),
        ],
        promises_within=BERLIN,
        waivable=["heard_of_it"],
        invariants=[
            never("send_again", without=["heard", "recognised"]),
            precedence("listen/finished", ["send_again", "lapse"], code="x", text="first this"),
            response("listen", "send_again", within=BERLIN, watch="warn", cites="1"),
            since("listen", "send_again", undone_by=["lapse", "withdraw"]),
            existence("listen", each_cycle=False, watch="refuse", within=Within(3)),
        ],
        accepted={"unnoticed: listen needs nothing": 'it is "so"'},
        departs=[Departure("I1", 'it is "known" already'), Departure("I2", "so is this")],
        settings={
            "none": None,
            "flag": False,
            "count": -3,
            "share": 0.1,
            "words": ("I", "we"),
            "text": "14 days",
            "span": BERLIN,
            "days": Within(14),
            "nothing": (),
            "blank": "",
        },
        notes={"a clause": 'it says "no"\nin two lines, with a \\ and a tab\t and caf\u00e9'},
        limits=[TimeLimit("soon", "late", BERLIN, ["open"], [], after_promises=True, cites="1")],
        language=[
            LanguageRule(
                "heard_of_it",
                ["so*", "well"],
                "'{phrase}' says nothing",
                acts=["send_again"],
                until=["heard", "recognised"],
                own_words=False,
                wanted=True,
                notes=True,
                whole=True,
                blocks=True,
                strong_from="upset",
                where_limits=True,
            )
        ],
        needs=(),
    )

    assert method == again(method, form)


def promise_open_by(*triggers):
    """
    Return a requirement that other acts satisfy than it names itself.
    """
    return evolve(question_about("x", asked_by="listen/unfinished"), satisfied_by=triggers)


def test_what_is_recommended_comes_after_what_is_demanded():
    """
    A document has two lists; so has a rule, in one.
    """
    rule = Rule(Listen, [Advised("b"), "a", Advised("c"), "d"])

    assert ("a", "d", Advised("b"), Advised("c")) == rule.needs


def test_a_name_that_would_divide_a_pin_is_none():
    """
    A case is bound to name, version and settings, and finds its method by them.
    """
    text = documents.dumps(six_steps()).replace('version = "1"', 'version = "2026/1"')

    with pytest.raises(DocumentError) as error:
        documents.loads(text)

    assert "version: must say something, without '/', which divides a pin, not" in str(error.value)


def test_two_requirements_of_one_code_are_told_apart():
    """
    A code is for refusals; what an act needs is what it says.
    """
    twice = [
        fills("file", code="named", text="say which", cites="1"),
        fills("file", code="named", text="say which one", cites="1"),
    ]
    method = small(more=[Rule(SendPhoto, twice)])
    back = again(method, acts=[SendAgain, SendPhoto])

    assert method == back
    assert {"named", "named_2", "attempts_made"} == requirement_names(method)


def requirement_names(method):
    """
    Return the names that a document gives to requirements.
    """
    return tomllib.loads(documents.dumps(method))["requirements"].keys()


def test_a_document_is_a_page_that_people_can_read():
    """
    A line for each edge, names for sets of states, and what says the same once.
    """
    text = documents.dumps(six_steps())
    lines = text.splitlines()

    assert '  { from = "open", act = "withdraw", to = "withdrawn" },' in lines
    assert '  { from = "customers_turn", act = "lapse", to = "lapsed" },' in lines
    assert '  { from = "from_heard_on", act = ["apologize", "assure"] },' in lines
    assert 'promises_within = "14 days"' in lines
    assert max(map(len, lines)) <= 160
    assert len(lines) < 600


def test_a_group_never_has_the_name_of_a_state():
    """
    It would be no telling which of them is meant.
    """
    named = [State(n, "x") for n in ("open", "any")]
    ended = [State(n, "x", final=True) for n in ("withdrawn", "lapsed")]
    method = small(
        states=[*named, *ended],
        initial="open",
        facts=[],
        rules=[Rule(NotReached), Rule(Withdraw), Rule(Listen)],
        edges=[
            Edge("open", "listen", "any"),
            Edge("any", "listen", "lapsed"),
            *stays(("open", "any"), NotReached),
            Edge(("open", "any"), "withdraw", "withdrawn"),
        ],
    )

    assert method == again(method)
    assert {"open_2"} == tomllib.loads(documents.dumps(method))["groups"].keys()


# -- what a host brings -------------------------------------------------------------------------


@BOTH
def test_a_guard_of_the_host_is_called_by_a_name(form):
    """
    The document says what it stands for; what it asks is the host's.
    """
    method = small(needs=("heard", "recognised", VIP, Advised(ASKS)))
    guards = {"important": VIP, "asks": ASKS}
    back = again(method, form, guards=guards)

    assert method == back
    rules = {rule.trigger: rule for rule in back.rules}
    assert (VIP, Advised(ASKS)) == rules["send_again"].needs[2:]
    assert vip is rules["send_again"].needs[2].met


def test_a_guard_that_nobody_registered_cannot_be_written():
    """
    A document that silently lost it would promise less than the method.
    """
    with pytest.raises(DocumentError) as error:
        documents.dumps(small(needs=("heard", "recognised", VIP)))

    assert "method 'lost_parcel' as a document" == error.value.subject
    (problem,) = error.value.places
    assert "acts.send_again.needs[2]" == problem.path
    assert "'vip_only' is none of the vocabulary, and not registered" in problem.text
    assert "guards={'vip_only': ...}" in problem.text


@pytest.mark.parametrize(
    ("need", "told"),
    [
        (evolve(attempts_made(2), met=vip), "was changed after attempts_made(...)"),
        (evolve(attempts_made(2), text="no"), "was changed after attempts_made(...)"),
        (
            evolve(attempts_made(2), code="tries", made_by=Made("nobody")),
            "is none of the vocabulary",
        ),
        (attempts_made(0), "a whole number from 1 to 10000"),
    ],
)
def test_a_requirement_that_is_not_as_it_was_made_cannot_be_written(need, told):
    """
    What was changed since would be read without the change.
    """
    with pytest.raises(DocumentError) as error:
        documents.dumps(small(needs=("heard", "recognised", need)))

    assert told in str(error.value)


def test_a_changed_requirement_can_be_registered_as_any_other():
    """
    The host says what it stands for.
    """
    changed_since = evolve(attempts_made(2), met=vip)
    method = small(needs=("heard", "recognised", changed_since, attempts_made(2)))
    back = again(method, guards={"tried": changed_since})

    need = {rule.trigger: rule for rule in back.rules}["send_again"].needs[2]
    assert method == back
    assert vip is need.met


def test_an_act_of_the_host_takes_the_place_of_one_of_the_library():
    """
    A document says `listen`; whose it is, the host says.
    """
    own = type("Listen", (Listen,), {})
    method = documents.loads(SMALL, acts=[SendAgain, own])

    assert own is method.rule("listen").act
    assert method == again(method, acts=[SendAgain, own])


def test_what_a_host_hands_over_has_to_be_what_it_says():
    """
    A mistake of the host is no mistake of the document.
    """
    with pytest.raises(TypeError, match="classes under @act"):
        documents.loads(SMALL, acts=["send_again"])
    with pytest.raises(TypeError, match="two acts have the trigger 'listen'"):
        documents.loads(SMALL, acts=[Listen, type("Listen", (Listen,), {})])
    with pytest.raises(TypeError, match="'vip' must be a Requirement"):
        documents.loads(SMALL, acts=[SendAgain], guards={"vip": vip})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"settings": {"x": object}}, "settings.x: cannot hold <class 'object'>"),
        ({"settings": {"x": [1]}}, "settings.x: cannot hold [1]"),
        ({"settings": {"x": float("inf")}}, "settings.x: must be a text, a number"),
        ({"settings": {"x": 2**70}}, "settings.x: must be a text, a number"),
        ({"settings": [("x", 1), ("x", 2)]}, "settings: cannot be written"),
        ({"settings": {"x": True, "y": "\x1b[2J"}}, "must hold no control characters"),
    ],
)
def test_what_a_document_cannot_hold_is_told(changes, told):
    """
    Python can hold anything.
    """
    with pytest.raises(DocumentError) as error:
        documents.dumps(small(**changes))

    assert told in str(error.value)


def test_a_reading_of_ones_own_cannot_be_written():
    """
    A function has no name that a document could call it by.
    """
    own = Rule(FollowUp, reads=lambda act, ledger: "satisfied")
    with pytest.raises(DocumentError) as error:
        documents.dumps(small(more=[own]))

    assert "acts.follow_up.reads: is a function, and no Satisfaction" in str(error.value)


# -- files --------------------------------------------------------------------------------------


@BOTH
def test_a_file_is_read_by_what_its_name_ends_with(form, tmp_path):
    """
    So that nobody has to say it twice.
    """
    file = tmp_path / f"own.{form.upper()}"
    file.write_bytes(b"\xef\xbb\xbf" + documents.dumps(small(), format=form).encode())

    assert small() == documents.read(file, acts=[SendAgain])
    assert small() == documents.read(str(file), acts=[SendAgain])


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    """
    In a sentence, and never with a traceback.
    """
    (tmp_path / "latin.toml").write_bytes(b"format = 1\nname = 'caf\xe9'\n")
    (tmp_path / "folder.json").mkdir()
    told = {}
    for name in ("latin.toml", "folder.json", "none.toml", "own.yaml", "x\0.toml"):
        with pytest.raises(DocumentError) as error:
            documents.read(tmp_path / name)
        told[name] = str(error.value)

    assert f"{tmp_path}/latin.toml:2: it is not UTF-8; save it as UTF-8" in told["latin.toml"]
    assert "it cannot be read: Is a directory" in told["folder.json"]
    assert "it cannot be read: No such file or directory" in told["none.toml"]
    assert "its name must end with .toml or .json" in told["own.yaml"]
    assert "it cannot be read: embedded null byte" in told["x\0.toml"]


def test_a_problem_of_a_file_can_be_jumped_to(tmp_path):
    """
    Editors and terminals make a link of `file:line`.
    """
    file = tmp_path / "own.toml"
    file.write_text(changed(('establishes = "recognised"', 'establish = "recognised"')))
    with pytest.raises(DocumentError) as error:
        documents.read(file, acts=[SendAgain])

    line = file.read_text().splitlines().index('establish = "recognised"') + 1
    assert all(place.file == str(file) for place in error.value.places)
    assert (line, "acts.acknowledge_problem.establish") == attrgetter("line", "path")(
        error.value.places[0]
    )
    assert f"{file}:{line}: acts.acknowledge_problem.establish: " in str(error.value)
    assert error.value.places == pickle.loads(pickle.dumps(error.value)).places


def test_there_are_two_formats():
    """
    And the one that was meant is named.
    """
    with pytest.raises(DocumentError, match=r"no format 'tmol' \(did you mean 'toml'"):
        documents.dumps(small(), format="tmol")
    with pytest.raises(DocumentError, match="toml or json"):
        documents.loads("", format="yaml")


def test_what_is_no_text_no_path_and_no_method_is_told():
    """
    A document comes over a line as bytes, and a method is built by calling it.
    """
    for read, told in (
        (lambda: documents.loads(b"{}"), "text must be a text, not bytes; decode it first"),
        (lambda: documents.loads(None), "text must be a text, not NoneType"),
        (lambda: documents.read(None), "path must be that of a file, not NoneType"),
        (
            lambda: documents.read(b"a.toml"),
            "path must be that of a file, not bytes; decode it first",
        ),
        (lambda: documents.dumps(six_steps), "built by calling it, .* not function"),
    ):
        with pytest.raises(EvidenceError, match=told):
            read()


VERSION = 'version = "1"'
INVARIANT = VERSION + "\ninvariants = {{ a = {{ template = {} }} }}"


# -- what is wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("format = 1\nname = \n", "line 2: it is no TOML: invalid value"),
        ("format = 1\nname = 'x'\nname = 'y'\n", "it is no TOML: cannot overwrite a value"),
        ('a = "x\n', "line 1: it is no TOML: a quote is not closed on its line"),
        ("a = 1\nb = 'x\nc = 'y'\n", "line 2: it is no TOML: a quote is not closed on its line"),
        ("a = [1, 2", "it is no TOML: unclosed array"),
        ("a = 2026-13-45", "it is no TOML"),
        ("a = " + "[" * 100_000, "it is nested too deeply"),
        ("a = " + "9" * 5_000, "it holds a value that cannot be read"),
        ("#" * 1_000_001, "it is longer than 1000000 characters"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text, told):
    """
    The first thing that goes wrong for whoever writes one by hand.
    """
    (problem,) = problems(text)

    assert told in problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "it is no JSON: expecting property name"),
        ('{"a": 1,\n "a": 2}', "the key 'a' stands twice in one table"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ("[1]", "it must be a table of keys"),
        ("[" * 100_000, "it is nested too deeply"),
        ("[" + "9" * 5_000 + "]", "it holds a value that cannot be read"),
    ],
)
def test_what_is_no_json_is_told(text, told):
    """
    Two keys of one name are no JSON that anybody meant.
    """
    (problem,) = problems(text, "json")

    assert told in problem


def test_an_empty_document_says_all_that_it_lacks():
    """
    What there has to be is told by whoever asks for it.
    """
    assert {"format", "name", "version", "title", "initial", "states", "acts", "road"} == {
        problem.removeprefix("lacks ").partition(":")[0] for problem in problems("")
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("format = 1", "format = 2", "format: must be 1, the version of the format"),
        ('name = "lost_parcel"', "name = 7", "name: must be a text, not 7"),
        ('name = "lost_parcel"', 'name = " "', "name: must say something"),
        ('version = "1"', 'verzion = "1"', "is no key of this table (did you mean 'version'?)"),
        ('version = "1"', 'verzion = "1"', "lacks version: changes whenever"),
        ('initial = "reported"', 'initial = "reprted"', "(did you mean 'reported'?)"),
        ('"14 days"', '"fortnight"', "promises_within: must be a span such as '14 days'"),
        ('"14 days"', "14", "promises_within: must be a span such as '14 days', not 14"),
        ('"14 days"', '{ span = "1 day", zone = "Europe/Belin" }', "did you mean 'Europe/Berlin'"),
        ('"14 days"', '{ span = "1 day", counts_start_day = true }', "over at once"),
        ('"14 days"', '{ zone = "UTC" }', "promises_within: lacks span"),
        ('"14 days"', '{ span = "1 day", zones = "UTC" }', "did you mean 'zone'"),
        ('"14 days"', '"99999 days"', "a whole number from 1 to 10000"),
        ('waits_for = "customer"', 'waits_for = "client"', "must be one of agent, customer"),
        ("final = true", 'final = "yes"', "final: must be true or false, not the text 'yes'"),
        ('needs = "heard"', 'needs = "herd"', "(did you mean 'heard'?)"),
        ('needs = "heard"', "needs = [1]", "needs[0]: must be a text, not 1"),
        ('needs = "heard"', "needs = true", "needs: must be a text or a list of texts, not true"),
        (
            'establishes = "recognised"',
            'establishes = "recogniesd"',
            "acknowledge_problem.establishes[0]: there is no fact 'recogniesd' (did you mean",
        ),
        ("outcomes.finished", "outcomes.finishd", "unknown outcome 'finishd'"),
        ("[acts.lapse]", "[acts.lapsed]", "there is no act 'lapsed' (did you mean 'lapse'?)"),
        ('ask = "attempts_made"', 'ask = "atempts_made"', "(did you mean 'attempts_made'?)"),
        ('ask = "attempts_made"', "ask = 3", "requirements.attempts_made.ask: must name one"),
        ('ask = "attempts_made", ', "", "must have one of the keys ask or guard"),
        (", wanted = 2", "", "requirements.attempts_made: lacks wanted"),
        ("wanted = 2", "wanted = 0", "wanted: must be a whole number from 1 to 10000, not 0"),
        ("wanted = 2", "wanted = true", "wanted: must be a whole number from 1 to 10000, not true"),
        ("wanted = 2", "wanted = 2, often = 3", "attempts_made.often: is no key of this table"),
        ('needs = "attempts_made"', "", "no act needs or recommends 'attempts_made'"),
        ('{ ask = "attempts_made", wanted = 2 }', '{ guard = "tired" }', "no guard 'tired' is"),
        (
            'attempts_made = { ask = "attempts_made", wanted = 2 }',
            "attempts_made = 2",
            "a table, not",
        ),
        (
            '{ ask = "attempts_made", wanted = 2 }',
            '{ ask = "owner_stays" }',
            "requirements.attempts_made: there is no fact 'owned'",
        ),
        (
            '{ ask = "attempts_made", wanted = 2 }',
            '{ ask = "owner_stays", fact = "herd" }',
            "there is no fact 'herd' (did you mean 'heard'?)",
        ),
        ('to = "recognised"', 'to = "recognized"', "(did you mean 'recognised'?)"),
        ('from = "open"', 'from = "opne"', "no state or group 'opne' (did you mean 'open'?)"),
        ('open = ["reported"', 'open = ["reportd"', "there is no state 'reportd'"),
        ('open = ["reported"', 'sent = ["reported"', "groups.sent: 'sent' is a state already"),
        ('"listen" },', '"listen", given = "her" },', "unknown fact 'her'"),
        ('"listen" },', '"listen", outcome = "ended" },', "unknown outcome 'ended'"),
        ('open = ["reported"', 'open = [1, "reported"', "groups.open[0]: must be a text, not 1"),
        ("[groups]\nopen = [", "[groups]\nopen = 1\nother = [", "groups.open: must be a text or"),
        ("[groups]\n", "groups = 1\n[ignored]\n", "groups: must be a table, not 1"),
        ("[facts]", "[facts]\n' ' = {}", "facts: must say something"),
        ("[facts]", "[[facts]]\n[other]", "facts: must be a table, not a list"),
        ("wanted = 2", 'wanted = 2 }\nx = { ask = "fills", text = "y"', "x: lacks fields"),
        (
            "edges = [",
            "edges = [\n  { from = 'reported', act = 'lapse', to = 'lapsed' },",
            "road.edges[5]: duplicate edge: lapse from reported has an earlier one",
        ),
        (
            "edges = [",
            "edges = [\n  { from = 'sent', act = 'listen', to = 'reported' },",
            (
                "road.edges[0]: edge listen leaves the final state sent and begins no cycle; only "
                "what begins one may"
            ),
        ),
        ("[facts]", "[facts]\nattempts_made = { unmet = 'x' }", "is a fact already"),
        ('version = "1"', 'version = "1"\nwaivable = "herd"', "unknown requirement 'herd'"),
        (
            'version = "1"',
            'version = "1"\norigins = [{ published = "soon" }]',
            "must be a day such",
        ),
        ('version = "1"', 'version = "1"\norigins = [{ published = "2024" }]', "lacks title"),
        ('version = "1"', 'version = "1"\ndepartures = { I4 = "no" }', "is no key of this table"),
        ('version = "1"', 'version = "1"\ndepartures = { I3 = "no" }', "but it does not"),
        ('version = "1"', 'version = "1"\nsettings = { a = {} }', "settings.a: lacks span"),
        ('version = "1"', 'version = "1"\nsettings = { a = { none = false } }', "must be true"),
        ('version = "1"', 'version = "1"\nsettings = { a = [[1]] }', "a[0]: must be a text, a"),
        ('version = "1"', 'version = "1"\nsettings = { a = 2026-01-05 }', "not 2026-01-05"),
        ('version = "1"', 'version = "1"\nnotes = { a = 1 }', "notes.a: must be a text, not 1"),
        ('version = "1"', f'version = "{"1" * 201}"', "version: must have 200 characters at most"),
        (VERSION, f"{VERSION}\norigins = 3", "origins: must be a list, not 3"),
        (VERSION, INVARIANT.format('"nevr", acts = "listen"'), "(did you mean 'never'?)"),
        (VERSION, INVARIANT.format('"last", acts = "lisen"'), "(did you mean 'listen'?)"),
        (VERSION, INVARIANT.format('"last"'), "invariants.a: lacks acts"),
        (VERSION, INVARIANT.format('"never", acts = "listen"'), "must name the facts"),
        (VERSION, INVARIANT.format('"response", acts = "listen"'), "others must name an act"),
        (VERSION, f"{VERSION}\naccepted = {{ a = ' ' }}", "accepted.a: must say something"),
        ("[acts.lapse]", "[acts.lapse]\nreads = { yes = 'reason', no = [] }", "must not be empty"),
        ("[acts.lapse]", "[acts.lapse]\nreads = 'lapse'", "acts.lapse.reads: must be a table"),
        (
            "[acts.lapse]",
            "[acts.lapse]\nreads = { yes = 'reason', no = 'reason' }",
            "acts.lapse: rule of lapse: its satisfaction reads the field 'reason', which is of",
        ),
        (
            'title = "A parcel is lost"',
            'title = "a\\u0007"',
            "title: must hold no control characters",
        ),
    ],
)
def test_every_mistake_is_told_with_its_place_and_what_was_meant(old, new, told):
    """
    The document is written by people, and read by a program.
    """
    found = wrong_with((old, new))

    assert any(told in each for each in found), found


def test_all_problems_are_told_at_once_and_none_that_follows_from_another():
    """
    One round of repairs, and nothing to repair that is none.
    """
    found = wrong_with(
        ("wanted = 2", "wnated = 2"),
        ('needs = "heard"', 'needs = "herd"'),
        ('to = "recognised"', 'to = "recognized"'),
        ("[acts.send_again]", "[acts.send_agian]"),
    )

    assert 5 == len(found)  # that nothing defines `send_again` follows from its misspelling
    for told in (
        "requirements.attempts_made.wnated: is no key of this table (did you mean 'wanted'?)",
        "requirements.attempts_made: lacks wanted",
        "there is no fact or requirement 'herd' (did you mean 'heard'?)",
        "acts.send_agian: there is no act 'send_agian' (did you mean 'send_again'?)",
        "unknown state 'recognized' (did you mean 'recognised'?)",
    ):
        assert any(told in each for each in found), told


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ('from = "open"', 'from = "opne"', ["(did you mean 'open'?)"]),
        ("open = [", "opne = [", ["(did you mean 'opne'?)"] * 2),  # two edges name it
        ('open = ["reported"', 'open = ["reportd"', ["open[0]: there is no state 'reportd'"]),
    ],
)
def test_a_misspelt_group_is_told_once_for_each_edge_and_nothing_that_follows(old, new, lines):
    """
    Neither every act of its edge, nor the states that it would have led to.
    """
    found = wrong_with((old, new))

    assert len(lines) == len(found), found
    assert all(line in each for line, each in zip(lines, found, strict=True)), found


@pytest.mark.parametrize("name", ["states", "groups", "facts", "requirements", "acts", "road"])
@pytest.mark.parametrize("how", ["misspelt", "no table", "lacks"])
def test_what_hangs_on_a_table_that_is_lost_is_not_told(name, how):
    """
    One key is misspelt, and not every name that would have been in its table.
    """
    data = json.loads(documents.dumps(six_steps(), format="json"))
    if how == "misspelt":
        data[f"{name}z"] = data.pop(name)
    elif how == "no table":
        data[name] = "nothing"
    else:
        del data[name]
    found = problems(json.dumps(data), "json")

    if how == "lacks" and name in {"groups", "facts", "requirements"}:
        assert found  # that there is none is right as such; what asks for it is wrong
        return
    expected = {"misspelt": f"{name}z: is no key of this table", "no table": f"{name}: must be"}
    assert any(expected.get(how, f"lacks {name}") in each for each in found)
    is_required = name not in {"groups", "facts", "requirements"}
    assert len(found) == 1 + (how == "misspelt" and is_required)


def test_a_beginning_that_is_lost_is_told_once():
    """
    What stands in for it is nobody's mistake.
    """
    data = json.loads(documents.dumps(six_steps(), format="json"))
    del data["initial"]
    del data["states"]
    found = problems(json.dumps(data), "json")

    assert 2 == len(found)
    assert {"initial", "states"} == {re.search(r"lacks (\w+)", each)[1] for each in found}


def test_half_a_character_is_called_what_it_is():
    """
    It cannot be written in any encoding, and is no control character.
    """
    data = json.loads(documents.dumps(six_steps(), format="json"))
    data["title"] = "Six \ud83d steps"
    data["settings"]["half"] = "\ude00"
    found = problems(json.dumps(data), "json")

    assert 2 == len(found)
    assert all("must hold whole characters, and no halves of them" in each for each in found)


def test_what_only_a_whole_method_can_have_is_told_where_it_stands():
    """
    Dead ends and the charter are found when everything else is right.
    """
    found = wrong_with(
        ('  { from = "open", act = "withdraw", to = "withdrawn" },\n', ""),
        ('needs = ["heard", "recognised"]', 'needs = "heard"'),
    )

    assert 4 == len(found)
    for told in (
        "acts.send_again: charter I2: send_again must need a fact that says",
        "acts.withdraw: charter I6: the customer can always leave",
        "acts.withdraw: rule of withdraw: no edge has it, so it is never possible; give it one",
        "states.withdrawn: state 'withdrawn' cannot be reached",
    ):
        assert any(each.startswith(told) for each in found), told


def test_what_is_unknown_in_a_broken_piece_is_not_told_twice():
    """
    Whoever repairs the act sees its outcomes; until then they are nobody's.
    """
    found = wrong_with(("[acts.listen]\noutcomes.finished", "[acts.lisen]\noutcomes.finishd"))

    assert not any("outcome" in each for each in found)
    assert any("(did you mean 'listen'?)" in each for each in found)


def test_a_document_has_an_end():
    """
    A short one can spell out a million edges.
    """
    many = ", ".join(f'"s{n}"' for n in range(400))
    lots = f'{{ from = [{many}], act = ["listen", "withdraw", "lapse", "not_reached"] }},'
    found = wrong_with(
        ("edges = [", f"edges = [{lots * 4}"),
        ("[facts]", "[facts]" + "".join(f"\nf{n} = {{unmet = 'x'}}" for n in range(501))),
    )

    assert any("there are more than 5000 edges" in each for each in found)
    assert any("facts: must have 500 entries at most" in each for each in found)


@BOTH
def test_the_line_is_that_of_the_very_piece(form):
    """
    In a page of five hundred lines, the table it stands in is not enough.
    """
    for mark in ("finished", "reported", "heard", "attempts_made", "2 times", "withdraw"):
        text = documents.dumps(six_steps(), format=form)
        lines = text.splitlines()
        where = next((n for n, line in enumerate(lines, 1) if f'"{mark}"' in line), None)
        if where is None:
            continue
        (place, *_) = places(text.replace(f'"{mark}"', "[[]]", 1), form)

        assert place.line == where


def places(text, form):
    """
    Return the problems of a document as data.
    """
    with pytest.raises(DocumentError) as error:
        documents.loads(text, format=form)
    return error.value.places


def test_every_way_to_write_toml_has_lines():
    """
    Quoted keys, dotted keys, arrays of tables, texts of several lines, numbers with dots.
    """
    text = '''
format = 1
"name" = """
two = 1
[lines]
"""
settings.share = 1.5
settings.\'a day\' = 2026-01-05 09:00:00

[[origins]]
title = "one"
[[origins]]
title = \'\'\'it\'s [[ two\'\'\'\'
confidence = "certain"

[acts."list\\u0065n"]
cites = [
  "a",
  # no comma [ here
  3,
]
[origins.more]
x = {}
'''
    found = {each.path: each.line for each in places(text, "toml")}

    assert 8 == found["settings.'a day'"]
    assert 14 == found["origins[1].confidence"]
    assert 20 == found["acts.listen.cites[1]"]
    assert 22 == found["origins[1].more"]


# -- what is shipped ----------------------------------------------------------------------------


def test_the_shipped_documents_are_found_by_name():
    """
    As the methods that are functions are.
    """
    assert ("last", "heard") == documents.names()
    assert documents.names() == tuple(method.name for method in documents.all())
    with pytest.raises(UnknownMethod, match="did you mean 'heard'"):
        documents.get("herd")
    with pytest.raises(UnknownMethod, match="there are: last, heard"):
        documents.text("six_steps")


@pytest.mark.parametrize("name", documents.names())
def test_a_shipped_document_says_where_it_is_from(name):
    """
    Several readings of one name are taught; which this is, and how sure that is, is data.
    """
    method = documents.get(name)

    assert method.variant
    assert {"primary", "secondary"} >= {origin.confidence for origin in method.origins}
    assert all(origin.where and origin.checked and origin.says for origin in method.origins)
    assert method.pin != evolve(method, variant="another").pin
    assert [state.step for state in method.states if state.step] == sorted(
        state.step for state in method.states if state.step
    )
    cited = {clause for clause, _ in method.cited()}
    assert {f"{name.upper()}-{step}" for step in range(1, len(method.variant.split(", ")) + 1)} == (
        cited - {"editorial"}
    )


def test_departures_are_declared_where_there_are_any():
    """
    LAST has no word of recognition but the apology; HEARD keeps the whole charter.
    """
    assert ["I2"] == [each.invariant for each in documents.get("last").departs]
    assert () == documents.get("heard").departs


@pytest.mark.parametrize("name", documents.names())
def test_a_shipped_document_is_proved_and_nobody_misses_a_guard(name):
    """
    What it promises holds whatever happens, and a guard that was lost would be noticed.
    """
    report = check(documents.get(name), guards=True)

    assert [] == [each for each in report.findings if each.severity != "note"]
    assert {"caught", "redundant"} == {guard.verdict for guard in report.guards}
    assert {each.code for each in documents.get(name).invariants} <= {
        proof.code for proof in report.proofs if proof.verdict == "proved"
    }


def test_a_placeholder_of_a_document_that_stands_for_nothing_is_told():
    """
    With the line it stands in.
    """
    listening = SMALL.replace("{customer}", "{custmer}")

    assert problems(listening, acts=[SendAgain])[0].endswith(
        "facts.heard: fact 'heard': unmet holds '{custmer}', which stands for nothing; "
        "'{customer}' does"
    )


def test_an_act_that_is_misspelt_where_it_is_defined_is_one_problem():
    """
    The road names it right; that it is unknown there is only the echo.
    """
    misspelt = SMALL.replace("[acts.acknowledge_problem]", "[acts.acknowledge_problm]")

    assert ["acknowledge_problm"] == [
        told.split("'")[1] for told in problems(misspelt, acts=[SendAgain])
    ]


@pytest.mark.parametrize("text", ['"3 days"', '["3 days"]', '{ span = "3 days" }'])
def test_one_reminder_needs_no_list(text):
    """
    As in Python, and as with names.
    """
    document = SMALL.replace("initial = ", f"promise_reminders = {text}\ninitial = ", 1)

    assert (Within(3),) == documents.loads(document, acts=[SendAgain]).promise_reminders
