"""
Mappings: what a helpdesk's activities stand for, and everything that can be wrong with that.
"""

import contextlib
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaintflow import Within, errors, methods
from complaintflow._invariants import TABLES, UNARY
from complaintflow.audit import (
    Activity,
    Deed,
    Mapping,
    Shape,
    audit,
    draft_mapping,
    mapping_of,
    read_mapping,
)
from complaintflow.audit._reading import OF_ACTIVITY, OF_RULE, SHAPE, TOP
from complaintflow.invariants import never, precedence, response, since

GOOD = """\
[log]
case = "Ticket"
delimiter = ";"

[activities]
"Ticket created" = "open"
"Survey" = "follow_up/satisfied"
"Refund & close" = ["offer", "close/resolved"]
"Heard" = { act = "listen", outcome = "finished", establishes = "heard", closes = false }
"Deleted" = { closes = true, clears = ["heard"] }
'Tag: "VIP"' = []

[activities."Came back"]
acts = ["customer_replied"]
reopens = true

[[rules]]
template = "precedence"
acts = ["acknowledge_problem", "acknowledge_feelings"]
others = "offer"
code = "hasty"
text = "an offer before anyone acknowledged anything"
cites = "003-12"

[[rules]]
template = "response"
acts = "offer"
others = "close"
within = "3 business days"
each_cycle = false

[[rules]]
template = "never"
acts = "offer"
without = "heard"

[[rules]]
template = "since"
acts = "acknowledge_problem"
others = "offer"
undone_by = ["reopen", "customer_replied"]
"""


@pytest.fixture
def write(tmp_path):
    """
    Return a function that writes a mapping and names its file.
    """

    def written(text):
        path = tmp_path / "map.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def problems_of(text, write):
    """
    Return what is told of a mapping that cannot be used.
    """
    with pytest.raises(errors.MappingError) as no:
        read_mapping(write(text))
    return no.value.problems


def test_a_mapping_says_acts_outcomes_facts_and_what_opens_and_closes(write):
    """
    One line for an activity is enough, and a table says the rest.
    """
    mapping = read_mapping(write(GOOD))
    by_name = {each.name: each for each in mapping.activities}

    assert Activity("Ticket created", [Deed("open")], opens=True) == by_name["Ticket created"]
    assert (Deed("follow_up", "satisfied"),) == by_name["Survey"].deeds
    assert (Deed("offer"), Deed("close", "resolved")) == by_name["Refund & close"].deeds
    assert by_name["Refund & close"].closes
    assert (frozenset({"heard"}), False) == (by_name["Heard"].establishes, by_name["Heard"].closes)
    assert (frozenset({"heard"}), True) == (by_name["Deleted"].clears, by_name["Deleted"].closes)
    assert by_name["Came back"].reopens
    assert Activity('Tag: "VIP"') == by_name['Tag: "VIP"']
    assert ("Ticket", ";", "iso") == (
        mapping.shape.case,
        mapping.shape.delimiter,
        mapping.shape.format,
    )


def test_a_mapping_states_rules_as_the_makers_make_them(write):
    """
    A rule in a file is the same value as one in Python.
    """
    assert (
        precedence(
            ("acknowledge_problem", "acknowledge_feelings"),
            "offer",
            code="hasty",
            text="an offer before anyone acknowledged anything",
            cites="003-12",
        ),
        response("offer", "close", within=Within(3, "business_days"), each_cycle=False),
        never("offer", without="heard"),
        since("acknowledge_problem", "offer", undone_by=("reopen", "customer_replied")),
    ) == read_mapping(write(GOOD)).rules


def test_every_problem_is_told_at_once_with_its_line(write):
    """
    A mapping of two hundred activities is not mended one error at a time.
    """
    told = problems_of(
        """\
colour = "red"
[log]
caze = "x"
delimiter = ",,"
complete = "yes"
zone = "Mars/Phobos"
[activities]
"A" = "Offer now!"
"B" = { act = "offer", acts = ["offer"], facts = 1 }
"C" = 3
[activities.D]
outcome = "x"
establishes = ["f"]
clears = "f"
opens = 1
[[rules]]
template = "presedence"
[[rules]]
template = "absence"
acts = "offer"
others = "close"
within = "2 days"
""",
        write,
    )

    for line, words in (
        (1, "colour: unknown key"),
        (3, "log.caze: unknown key (did you mean 'case'?)"),
        (4, "log.delimiter: it must be one character"),
        (5, "log.complete: it must be true or false"),
        (6, "log.zone: there is no time zone 'Mars/Phobos'"),
        (8, "activities.A: 'Offer now!' is no act"),
        (9, "activities.B.facts: unknown key"),
        (9, "activities.B: say act for one, or acts for several"),
        (10, "activities.C: it must be a text or a list of texts, not 3"),
        (12, "activities.D.outcome: an outcome takes an act"),
        (11, "activities.D: fact 'f' is both established and cleared"),
        (15, "activities.D.opens: it must be true or false"),
        (16, "rules[0]: there is no template 'presedence' (did you mean 'precedence'?)"),
        (18, "rules[1]: absence has no others"),
        (18, "rules[1]: absence cannot be timed"),
    ):
        assert any(each.startswith(f"line {line}: {words}") for each in told), (line, words, told)
    assert 15 == len(told)
    lines = [int(each.removeprefix("line ").partition(":")[0]) for each in told]
    assert sorted(lines) == lines


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it says of no activity what it stands for"),
        ("[activities", "it is no TOML"),
        (b"\xff\xfe", "not UTF-8"),
        ("activities = 1", "line 1: activities: it must be a table"),
        ("rules = 1\n[activities]\na='offer'", "rules are a list of tables"),
        ("rules = [1]\n[activities]\na='offer'", "it must be a table, not 1"),
        ("[[rules]]\nacts='offer'", "template is missing"),
        ("[[rules]]\ntemplate='absence'\nacts='offer'\ncode=1", "code: it must be a text"),
        ("[[rules]]\ntemplate='absence'\nacts='offer!'", "'offer!' is no act"),
        ("[[rules]]\ntemplate='absence'", "absence takes acts"),
        ("[[rules]]\ntemplate='never'\nacts='a'", "never takes without"),
        ("[[rules]]\ntemplate='existence'\nacts='a'\nwithin='soon'", "a span such as '14 days'"),
        ("[[rules]]\ntemplate='existence'\nacts='a'\nwithin=3", "a span such as '14 days'"),
        ("[[rules]]\ntemplate='existence'\nacts='a'\nwithin='0 days'", "a span such as '14 days'"),
        ("[log]\ncase = 0", "columns are counted from 1"),
        ("[log]\ncase = 1\ntime='t'", "all numbers, or none of them"),
        ("[log]\ncase = true", "it must be a text or a number"),
        ("[log]\ncase = ''", "it must say something"),
        ("[log]\nformat = 'dmy'", "iso, unix, unix_ms or a format"),
        ("[log]\nformat = '%Y%Y'", "no time can be read by '%Y%Y'"),
        ("[log]\nformat = '%Q'", "no time can be read by '%Q'"),
        ("[log]\nformat = '%'", "no time can be read by '%'"),
        ("[log]\nencoding = 'undefined'", "no encoding 'undefined'"),
        ('[log]\nencoding = "a\\u0000b"', "no encoding 'a\\x00b'"),
        ("[log]\ncase = 9999999", "columns are counted from 1 to"),
        ("a = " + "[" * 5_000, "it is nested too deeply"),
        ("[log]\ncase = " + "9" * 5_000, "it holds a value that cannot be read"),
        ("a = 2026-02-30", "it is no TOML"),
        ("a = 1\na = 2", "line 2: it is no TOML"),
        ("x = '" + "x" * 1_000_000 + "'", "it is longer than 1000000 characters"),
        ("[[rules]]\ntemplate='existence'\nacts='a'\nwithin='" + "9" * 99 + " days'", "a span"),
        ("[[rules]]\ntemplate='since'\nacts='a'\nothers='b'", "since takes undone_by"),
        ("[[rules]]\ntemplate='response'\nacts='a'\nothers='b'\nundone_by='c'", "has no undone_by"),
        ("[[rules]]\ntemplate='since'\nacts='a'\nothers='b'\nundone_by='b'", "one of the others"),
        ("[log]\nencoding = 'klingon'", "no encoding 'klingon'"),
        ("[activities]\na = { act = 1 }", "act and outcome are texts"),
        (
            "[[rules]]\ntemplate='absence'\nacts='a'\n[[rules]]\ntemplate='absence'\nacts='a'",
            "'a_at_all' is there twice",
        ),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(text, words, write):
    """
    What is wrong with a file is told in its own words.
    """
    assert words in "; ".join(problems_of(text, write))


def test_no_file_and_no_table_are_told(tmp_path):
    """
    The commonest mistakes come first.
    """
    with pytest.raises(errors.MappingError, match="no such file"):
        read_mapping(tmp_path / "no.toml")
    with pytest.raises(errors.MappingError, match="cannot be read"):
        read_mapping(tmp_path)
    with pytest.raises(errors.MappingError, match="must be a table"):
        mapping_of([])


def test_what_the_method_does_not_have_is_told_with_what_may_be_meant(write):
    """
    A mapping is written once, and held against several methods.
    """
    mapping = read_mapping(
        write(
            "[activities]\na='ofer'\nb='listen/finishd'\nc='apologize/well'\n"
            "d={establishes='herd'}\ne='take_action'\n"
            "[[rules]]\ntemplate='never'\nacts='offr'\nwithout='hard'\ncode='six_steps'"
        )
    )
    with pytest.raises(errors.MappingError) as no:
        audit([], mapping, methods.six_steps())
    told = "\n".join(no.value.problems)

    for words in (
        "line 2: 'a': six_steps has no act 'ofer' (did you mean 'offer'?)",
        "line 3: 'b': listen has no outcome 'finishd' (did you mean 'finished'?)",
        "line 4: 'c': apologize has no outcomes, so not 'well' either",
        "line 5: 'd': 'herd' is no fact of six_steps (did you mean 'heard'?)",
        "line 6: 'e': six_steps has no act 'take_action'",
        "rule 'six_steps': six_steps has no act 'offr' (did you mean 'offer'?)",
        "rule 'six_steps': 'hard' is no fact of six_steps (did you mean 'heard'?)",
        "the rule 'six_steps' is there twice",
    ):
        assert words in told


def test_without_a_method_the_vocabulary_and_the_rules_say_what_acts_there_are():
    """
    A host's own act is known where an activity stands for it and a rule speaks of it.
    """
    mapping = mapping_of({"activities": {"lend": "loan_bike/at_once", "x": "ofer"}})
    with pytest.raises(errors.MappingError) as no:
        audit([], mapping, [never("loan_bike", without="heard", code="deaf")])
    told = "\n".join(no.value.problems)

    assert "activities.'x': the vocabulary has no act 'ofer' (did you mean 'offer'?)" in told
    assert "asks for the fact 'heard', which no activity establishes" in told
    assert "loan_bike" not in told
    with pytest.raises(errors.MappingError, match="nothing to audit against"):
        audit([], mapping_of({"activities": {"a": "offer"}}))


def rule_of(**keys):
    """
    Return a mapping of two activities and one rule.
    """
    acts = {"ack": "acknowledge_problem", "offer": "offer"}
    return mapping_of({"activities": acts, "rules": [{"code": "it", **keys}]})


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (
            {"acts": "aknowledge_problem"},
            "(did you mean 'acknowledge_problem'?)",
        ),
        ({"acts": "acknowledge_problem", "others": "ofer"}, "'ofer' (did you mean 'offer'?)"),
        ({"acts": "listen/finishd"}, "no outcome 'finishd' (did you mean 'finished'?)"),
        ({"acts": "open"}, "no rule can speak of 'open'"),
        ({"template": "since", "acts": "accept", "undone_by": "reopn"}, "'reopn' (did you mean"),
    ],
)
@pytest.mark.parametrize("is_ours", [False, True])
def test_a_rule_that_asks_for_an_act_that_nobody_knows_is_a_problem(keys, words, is_ours):
    """
    One letter too few in a rule would condemn every ticket there is.
    """
    mapping = rule_of(**{"template": "precedence", "others": "offer"} | keys)
    rules = mapping.rules if is_ours else ()
    if is_ours:
        mapping = mapping_of({"activities": {"offer": "offer"}})
    with pytest.raises(errors.MappingError) as no:
        audit([("a", "offer", datetime(2026, 1, 5))], mapping, rules)

    assert any("rule 'it': " in told and words in told for told in no.value.problems)


def refused(*given, by=audit, **options):
    """
    Return what is told of something of the wrong type.
    """
    with pytest.raises(errors.EvidenceError) as no:
        by(*given, **options)
    return "; ".join(no.value.problems)


def test_whatever_is_given_to_an_audit_is_looked_at_whole():
    """
    The name of a method is none, and the path of a mapping is none either.
    """
    rule, good = never("offer", without="f"), mapping_of({"activities": {"a": "offer"}})

    assert "several invariants, not str ('six_steps'); methods.get('six_steps') finds one" in (
        refused([], good, "six_steps")
    )
    for against in (42, [rule, 42], methods.six_steps):
        assert "against: it must be a method, an invariant" in refused([], good, against)
    told = refused(42, "map.toml", 42, progress=3)
    assert "path must be that of a file, not 42" in refused(42, by=read_mapping)
    for words in ("log: it must be", "mapping: it must be a Mapping", "against: ", "progress: "):
        assert words in told


def test_a_mapping_made_by_hand_is_looked_at_as_one_that_was_read():
    """
    A value of the wrong type shows here, and not in the middle of a log.
    """
    acts = (Activity(3), Activity("a", "offer"), Activity("b", [Deed(3)]), Activity("c", (), [3]))
    told = refused([], Mapping((*acts, "d"), Shape(zone="Mars", case=0), rules=("e",)), None)

    for words in (
        "log.case: columns are counted from 1",
        "log.zone: there is no time zone 'Mars'",
        "rules: each must be an invariant, not str ('e')",
        "activities: a name must be a text, not int (3)",
        "activities.'a': each deed must be a Deed",
        "activities.'b': the act of a deed and its outcome must be texts",
        "activities.'c': a fact must be a text, not int (3)",
        "activities: each must be an Activity, not str ('d')",
    ):
        assert words in told
    assert "shape: it must be a Shape" in refused([], Mapping((), "x"), None)


def test_a_draft_is_asked_of_a_log_and_of_a_method():
    """
    It is the first thing that anybody calls.
    """
    told = refused(42, "x", method="six_steps", by=draft_mapping)

    for words in ("log: it must be", "shape: it must be a Shape", "expected a method"):
        assert words in told


def test_an_act_that_a_rule_asks_for_and_no_activity_stands_for_is_noted():
    """
    That nobody acknowledged anything may be because nobody told the audit what that looks like.
    """
    lines = [("a", "offer", datetime(2026, 1, 5))]
    before = ["listen/finished", "accept", "apologize"]
    mapping = rule_of(template="precedence", acts=before, others="offer")
    heard = mapping_of(
        {"activities": {"offer": "offer", "call": "listen", "yes": "accept", "sorry": "apologize"}}
    )
    told = "no activity stands for accept, apologize or listen/finished, which rules speak of"

    assert [told] == [note for note in audit(lines, mapping).notes if "stands" in note]
    assert [] == [note for note in audit(lines, heard, mapping.rules).notes if "stands" in note]


def test_lines_are_a_guess_that_never_fails(write):
    """
    What looks like a key in the middle of a text is no reason to give up.
    """
    told = problems_of("""x = '''\n"\\q" = 1\n'''\n[activities]\na = "offer"\n""", write)

    assert ("line 1: x: unknown key; there are log, activities, rules",) == told


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([b"x", (1,), frozenset({1}), datetime(2026, 1, 5)])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(sorted({*TOP, *SHAPE, *OF_ACTIVITY, *OF_RULE}))
WORDS = st.sampled_from(
    [*TABLES, "offer", "listen/finished", "2 days", "%d.%m.%Y", "%Y%Y", "iso", "utf-8", "UTC", ""]
)
SHAPED = st.recursive(
    JUNK | WORDS,
    lambda inner: st.dictionaries(KEYS, inner, max_size=4) | st.lists(inner, max_size=2),
    max_leaves=6,
)


def told_or_made(data):
    """
    Return the mapping that plain data is, or None where its problems are told.
    """
    with contextlib.suppress(errors.MappingError):
        return mapping_of(data)
    return None


@given(st.dictionaries(KEYS, SHAPED, max_size=4))
def test_no_mapping_gives_a_traceback(data):
    """
    Whatever a file says, the answer is a mapping or a list of problems.
    """
    made = told_or_made(data)
    assert made is None or made.activities or "activities" in data


KINDS = st.sampled_from(
    ["offer", "close/resolved", ["offer", "accept"], [], "offer!", "open", 3, "acknowledge_problem"]
)
VALUES = {
    "acts": KINDS,
    "others": KINDS,
    "undone_by": KINDS,
    "without": st.sampled_from(["heard", ["heard", "told"], [], 1]),
    "code": st.sampled_from(["a", "", 1]),
    "text": st.sampled_from(["a", "", 1]),
    "within": st.sampled_from(["14 days", "0 days", "9" * 5_000 + " days", "1 hour", 3, ""]),
    "each_cycle": st.sampled_from([True, False, "no"]),
    "cites": st.sampled_from(["1-1", ["1-1"], 1]),
}


@st.composite
def rules(draw, template):
    """
    Return a rule of a template that has what it takes, and a few keys more or fewer.
    """
    takes = {"never": {"acts", "without"}, "since": {"acts", "others", "undone_by"}}
    usual = {"acts"} if template in UNARY else {"acts", "others"}
    keys = takes.get(template, usual) ^ draw(st.sets(st.sampled_from(sorted(VALUES)), max_size=2))
    return {"template": template} | {key: draw(VALUES[key]) for key in sorted(keys)}


@pytest.mark.parametrize("template", TABLES)
def test_a_rule_of_any_template_is_made_or_told(template):
    """
    A rule has to be whole before its last mistake can show.
    """
    made = []

    @given(rules(template))
    def told(rule):
        found = told_or_made({"activities": {"a": "offer"}, "rules": [rule]})
        made.extend(found.rules if found else ())

    told()
    assert template in {each.template for each in made}


@given(
    st.text(st.sampled_from("abc =[]{}\"'\n#.,019%"), max_size=60)
    | st.integers(1, 3_000).map(lambda n: "a = " + "[" * n + "]" * n)
    | st.integers(1, 9_000).map(lambda n: f"[log]\ncase = {'9' * n}\n[activities]\na='offer'")
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_gives_a_traceback(write, text):
    """
    Whatever a file holds, the answer is a mapping or a list of problems.
    """
    with contextlib.suppress(errors.MappingError):
        read_mapping(write(text))


@pytest.mark.parametrize(
    "place",
    [
        ("log", "case"),
        ("log", "zone"),
        ("activities", "a"),
        ("activities", "a", "opens"),
        ("rules", 0, "template"),
        ("rules", 0),
        ("rules",),
    ],
)
def test_a_number_of_more_digits_than_python_writes_is_told(place):
    """
    Not even to say what it is may fail.
    """
    data = 10**5_000
    for key in reversed(place):
        data = [data] if key == 0 else {key: data}
    with pytest.raises(errors.MappingError) as no:
        mapping_of({"activities": {"b": "offer"}} | data)

    assert "a huge number" in str(no.value) or "rules are a list" in str(no.value)


def test_a_key_that_is_no_text_is_told():
    """
    Plain data can have what no file has.
    """
    for data in ({1: {}}, {"activities": {1: "offer"}}, {"activities": {"a": {None: 1}}}):
        with pytest.raises(errors.MappingError, match="a key must be a text"):
            mapping_of(data)
