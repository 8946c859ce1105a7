"""
Cases and entries as text: whatever is written is read back, and whatever cannot be read says so.
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import attrs
import pytest
from hypothesis import given

from complaintflow import Actor, Case, EvidenceError, StoreError, UnknownAct, Unmet
from complaintflow._codec import (
    act_from_data,
    act_to_data,
    case_from_text,
    case_to_text,
    entry_from_texts,
    entry_to_texts,
    seal_of,
    silenced,
    vocabulary,
)
from complaintflow._evidence._reading import evidence_from_data
from complaintflow.acts import (
    AskExpectation,
    Close,
    Expectation,
    FollowUp,
    KeepPromise,
    Listen,
    NoteMood,
    Offer,
    PlanItem,
    Remedy,
    RequestApproval,
    Reschedule,
    evidence,
)
from complaintflow.methods import all as all_methods
from complaintflow.methods import six_steps
from complaintflow.testing import acts

from .conftest import LISTEN, MONDAY, ROADS
from .test_acts import ONE_OF_EACH, Address, SendPresent, problems

SIX = six_steps()
WORDS = vocabulary(SIX)
HERE = timezone(timedelta(hours=9))


def told(entry, known=WORDS):
    """
    Return an entry as it is after it was written and read.
    """
    return entry_from_texts(*entry_to_texts(entry, "ana"), known, "six_steps")


def unlimited(entry):
    """
    Return an entry without what its actor may do, which is the host's business of the day.
    """
    return attrs.evolve(entry, by=Actor(entry.by.id, entry.by.kind))


# -- acts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", ONE_OF_EACH, ids=lambda each: each.trigger)
def test_every_act_is_read_as_it_was_written(made, story):
    """
    With all of its fields, as plain data, in JSON and in an entry.
    """
    known = {made.trigger: type(made)}
    data = act_to_data(made)
    entry = attrs.evolve(unlimited(story.entries[0]), act=made)

    assert made == act_from_data(made.trigger, data, known, "own")
    assert made == act_from_data(made.trigger, json.loads(json.dumps(data)), known, "own")
    assert entry == told(entry, known)


@pytest.mark.untraced
@given(acts())
def test_any_act_is_read_as_it_was_written(made):
    """
    Whatever the customer says, and in whatever script.
    """
    text = json.dumps(act_to_data(made))

    assert made == act_from_data(made.trigger, json.loads(text), {made.trigger: type(made)}, "own")


def test_an_act_of_ones_own_is_written_like_ours():
    """
    With values in it, sequences of them, and a field of every kind.
    """
    home = Address("Elm Street", 2)
    full = SendPresent(
        words="A present",
        to=home,
        wish="flowers",
        wrapped=True,
        weight=3,
        price=Decimal("19.90"),
        on=MONDAY,
        size="large",
        cards=["Sorry", "Thanks"],
        stops=[home, Address("Main Street")],
    )

    for made in (full, SendPresent(words="A present", to=home)):
        data = json.loads(json.dumps(act_to_data(made)))
        assert made == act_from_data("send_present", data, {"send_present": SendPresent}, "own")


def test_what_has_its_default_is_not_written():
    """
    A history of short entries is short.
    """
    assert {"account": "Late"} == act_to_data(Listen(account="Late"))
    assert {"account": "Late", "finished": False} == act_to_data(Listen("Late", finished=False))
    assert {"mood": "calm"} == act_to_data(NoteMood("calm"))
    assert {"retained": "no", "cost": "40.00", "currency": "EUR"} == act_to_data(
        Close(retained="no", cost="40.00", currency="EUR")
    )


def test_money_keeps_its_cents_and_times_their_moment():
    """
    As text; times in UTC, to the microsecond.
    """
    due = datetime(2026, 2, 1, 0, 0, 0, 7, tzinfo=HERE)
    offer = Offer(remedies=[Remedy("refund", Decimal("40.00"), "EUR", due=due)], words="x")
    (remedy,) = act_to_data(offer)["remedies"]

    assert ("40.00", "2026-01-31T15:00:00.000007+00:00") == (remedy["amount"], remedy["due"])
    assert offer == act_from_data("offer", act_to_data(offer), WORDS, "six_steps")


def test_the_vocabulary_is_that_of_the_method():
    """
    And the acts of the library itself, which have no rule.
    """
    assert ["open", "erase", "change_method", *SIX.triggers] == list(WORDS)
    with pytest.raises(UnknownAct, match=r"six_steps has no act 'lisen' \(did you mean 'listen'\?"):
        act_from_data("lisen", {"account": "x"}, WORDS, "six_steps")


# -- the same sentences -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "fields"),
    [
        (Listen, {"account": ""}),
        (Listen, {"account": "\u200b"}),
        (Listen, {"account": 7}),
        (Listen, {"account": None, "finished": "yes", "mood": "sad", "notes": " "}),
        (NoteMood, {"mood": ["calm"]}),
        (FollowUp, {"words": "x", "resolved": 1}),
        (Close, {"cost": "x"}),
        (Close, {"cost": "40"}),
        (Close, {"cost": "-1", "currency": "EUR"}),
        (Close, {"cost": "NaN", "currency": "EUR"}),
        (Close, {"cost": 0.1, "currency": "eur"}),
        (Remedy, {"kind": "refund", "amount": "40"}),
        (Remedy, {"kind": "refund", "amount": "0", "currency": "EURO"}),
        (Remedy, {"kind": "refund", "due": "tomorrow"}),
        (Remedy, {"kind": "refund", "urgency": "now", "redresses": 7}),
        (Expectation, {}),
        (Expectation, {"words": "x", "unknown": True}),
        (AskExpectation, {"question": "What?", "expectation": 7}),
        (AskExpectation, {"question": "", "expectation": ""}),
        (Offer, {"words": "x", "remedies": []}),
        (Offer, {"words": "", "remedies": "refund"}),
        (Offer, {"words": "x", "remedies": [7]}),
        (RequestApproval, {"reason": "x"}),
        (Reschedule, {"to": "2026", "words": "", "accepted": "yes"}),
        (PlanItem, {"what": "", "who": "", "due": None}),
        (SendPresent, {"words": "x", "to": "Elm Street", "cards": ["a", ""], "weight": 1.0}),
    ],
)
def test_plain_data_and_a_call_get_the_same_sentences(cls, fields):
    """
    A bad line of a story and a bad call are the same mistake.
    """
    with pytest.raises(EvidenceError) as error:
        evidence_from_data(cls, fields, "own")

    assert problems(cls, **fields) == list(error.value.problems)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], ["the evidence must be a mapping of fields, not list ([])"]),
        (None, ["the evidence must be a mapping of fields, not None"]),
        ({}, ["remedies is missing", "words is missing"]),
        (
            {"words": "x", "remedies": [{"kind": "a"}, {"knid": "b"}], "expire": 1},
            [
                (
                    "expire is no field of it (did you mean 'expires'?); it has: remedies, words, "
                    "expires, customer_need, company_constraint"
                ),
                (
                    "remedies[1].knid is no field of it (did you mean 'kind'?); it has: kind, "
                    "amount, currency, details, who, due, terms, issue, urgency, redresses"
                ),
                "remedies[1].kind is missing",
            ],
        ),
        (
            {"words": "", "remedies": [{"kind": "", "amount": "1"}, {"kind": "x", "due": "y"}]},
            [
                "remedies[0].kind must not be blank",
                (
                    "remedies[1].due must be a time with a zone, such as '2026-01-05T09:00:00Z', "
                    "not str ('y')"
                ),
                "words must not be blank",
            ],
        ),
    ],
)
def test_what_only_data_can_get_wrong_is_told_with_its_path(data, expected):
    """
    Everything at once, and each where it stands.
    """
    with pytest.raises(EvidenceError) as error:
        evidence_from_data(Offer, data, "offer")

    assert expected == list(error.value.problems)


# -- entries and cases --------------------------------------------------------------------------


@pytest.mark.parametrize("state", ROADS)
def test_cases_and_entries_are_read_as_they_were_written(story_in, state):
    """
    So that what is read makes the same case.
    """
    story = story_in(state)
    history = [told(entry) for entry in story.entries]

    assert story.case == case_from_text(case_to_text(story.case))
    assert [unlimited(entry) for entry in story.entries] == history
    assert story.case == Case.replay(history)


@pytest.mark.parametrize("method", all_methods(), ids=lambda method: method.name)
def test_entries_of_every_method_are_read_as_they_were_written(begin, method):
    """
    With their moves, warnings, deadlines and notifications.
    """
    story = begin(method)
    for option in story.options().values():
        for made in ONE_OF_EACH:
            if option.ready and made.trigger == option.trigger:
                try:
                    entry = story.decide(made)
                except Exception:  # noqa: BLE001 (made-up evidence often means nothing)
                    continue
                assert unlimited(entry) == told(entry, vocabulary(method))
                after = story.case.apply(entry)
                assert after == case_from_text(case_to_text(after))


def test_the_text_is_canonical(story_in):
    """
    The same entry is the same text, whenever and wherever it is written.
    """
    story = story_in("agreed")
    for entry in story.entries:
        moved = attrs.evolve(entry, at=entry.at.astimezone(HERE))
        texts = [entry_to_texts(each, "ana")[0] for each in (entry, told(entry), moved)]
        data = [json.loads(text) for text in texts]
        assert 1 == len({json.dumps(each | {"sealed": ""}) for each in data})
        for text, each in zip(texts, data, strict=True):
            assert text == json.dumps(
                each, ensure_ascii=False, separators=(",", ":"), sort_keys=True
            )
    text = case_to_text(story.case)
    assert text == case_to_text(case_from_text(text))


def test_the_text_is_the_one_that_histories_are_kept_in(begin):
    """
    Who changes this has histories that were written before.
    """
    story = begin()
    story.record(LISTEN, by=Actor("kim", "bot", limits={"EUR": 20}, may=["listen"]))

    text, personal = entry_to_texts(story.entries[-1], "ana")
    salt = json.loads(personal)["salt"]

    assert (
        '{"act":"listen","at":"2026-01-05T09:00:00+00:00","by":{"id":"kim","kind":"bot"},'
        '"case_id":"t-1","evidence":{"account":{"$":0}},"format":1,"move":{"establishes":["heard"],'
        '"outcome":"finished","source":"received","target":"heard"},'
        f'"sealed":"{seal_of(personal)}","version":2}}'
    ) == text
    assert (
        f'{{"salt":"{salt}","words":["It came two weeks late, and the teapot is cracked"]}}'
    ) == personal
    assert 32 == len(salt)
    assert (
        '{"id":"t-1","pin":"six_steps/1/763b2eed","customer":"ana","state":"heard","facts":["heard"],'
        '"cycle":1,"version":2,"opened_at":"2026-01-05T09:00:00+00:00","updated_at":'
        '"2026-01-05T09:00:00+00:00","is_closed":false,"ledger":{"owner":"sam","accounts":'
        '["It arrived broken","It came two weeks late, and the teapot is cracked"]},"format":1}'
    ) == case_to_text(story.case)


def test_words_are_written_as_they_are(begin):
    """
    A history can be searched for them.
    """
    story = begin()
    entry = story.record(Listen(account="Zu spät 🫖\u2028\nи разбито"))

    _, personal = entry_to_texts(entry, "ana")
    assert "Zu spät 🫖" in personal
    assert "\n" not in personal
    assert entry.act == told(entry).act


def test_times_are_moments_again(begin):
    """
    Aware, in UTC.
    """
    entry = begin().record(LISTEN, at=datetime(2026, 1, 6, 9, tzinfo=HERE))

    assert (entry.at, UTC) == (told(entry).at, told(entry).at.tzinfo)


# -- what cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "7", "null", '""', "{}", '{"id":1}', "[" * 100_000, "1" * 5000),
        '{"act":7,"evidence":{}}',
        '{"act":[],"evidence":{}}',
        '{"act":"lisen","evidence":{}}',
        '{"act":"listen","evidence":[]}',
        '{"act":"listen","evidence":{"account":""}}',
        '{"act":"listen","evidence":{"account":"x"}}',
    ],
    ids=lambda text: text[:42],
)
def test_a_text_that_says_nothing_is_a_fault_of_the_store(text):
    """
    Whoever catches it learns that it is not the act's, nor the method's.
    """
    with pytest.raises(StoreError, match=r"^a case cannot be read: "):
        case_from_text(text)
    with pytest.raises(StoreError, match=r"^an entry cannot be read: "):
        entry_from_texts(text, None, WORDS, "six_steps")


def test_a_text_that_was_cut_off_is_told_as_what_it_is():
    """
    A column that is too narrow, or an edit by hand: no field is to be looked for.
    """
    told = (
        r"^case 't-1' cannot be read: its text is no JSON \(.+\); if somebody has changed it, rest"
    )
    with pytest.raises(StoreError, match=told):
        case_from_text('{"id":"t-1","sta', case_id="t-1")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"act": "lisen"}, "six_steps has no act 'lisen' (did you mean 'listen'?)"),
        ({"evidence": {"acount": "x"}}, "acount is no field of it (did you mean 'account'?)"),
        ({"at": "noon"}, "$.at"),
        ({"at": None}, "$.at"),
        ({"version": "two"}, "$.version"),
        ({"by": {"id": ""}}, "$.by"),
        ({"by": {"id": "sam", "kind": "robot"}}, "$.by"),
        ({"move": {}}, "$.move"),
        ({"promises": [{}]}, "$.promises[0]"),
        ({"hash": "0x"}, "extra fields found (hash)"),
    ],
)
def test_a_text_of_another_version_says_where(story_in, change, problem):
    """
    So that one finds the column, or the migration that is missing.
    """
    text, personal = entry_to_texts(story_in("heard").entries[-1], "ana")
    changed = json.dumps(json.loads(text) | change)
    with pytest.raises(StoreError) as error:
        entry_from_texts(changed, personal, WORDS, "six_steps")

    assert problem in str(error.value)


@pytest.mark.parametrize("missing", ["id", "pin", "state", "ledger", "version", "opened_at"])
def test_a_case_that_lacks_something_says_what(story_in, missing):
    """
    It is not made up.
    """
    data = json.loads(case_to_text(story_in("heard").case))
    del data[missing]
    with pytest.raises(StoreError, match=rf"required field missing in \$\.{missing}; if"):
        case_from_text(json.dumps(data))


@pytest.mark.parametrize("found", [0, 2, 99, "1", None, True, 1.0])
def test_a_text_of_a_later_version_is_refused(story_in, found):
    """
    What it says that this version does not know would be lost in silence.
    """
    story = story_in("heard")
    text, personal = entry_to_texts(story.entries[-1], "ana")
    sentence = rf"it has format {found!r}, and this complaintflow reads 1 to 1: use the complaintf"
    with pytest.raises(StoreError, match=f"^an entry cannot be read: {sentence}"):
        entry_from_texts(
            json.dumps(json.loads(text) | {"format": found}), personal, WORDS, "six_steps"
        )
    with pytest.raises(StoreError, match=f"^a case cannot be read: {sentence}"):
        case_from_text(json.dumps(json.loads(case_to_text(story.case)) | {"format": found}))


# -- what is personal ---------------------------------------------------------------------------

SECRET = "Xanthippe"
"""What is put into every word and name, and must be found in no public text."""


def public_of(entry):
    """
    Return what stays of an entry when its words go.
    """
    return entry_to_texts(entry, "ana")[0]


@pytest.mark.parametrize("made", ONE_OF_EACH, ids=lambda each: each.trigger)
def test_the_public_text_has_none_of_the_words(made, story):
    """
    Whatever the act; what stays reads the same without the words as after they have gone.
    """
    known = {made.trigger: type(made)}
    entry = attrs.evolve(unlimited(story.entries[0]), act=made)
    text, personal = entry_to_texts(entry, "ana")
    silent = entry_from_texts(text, None, known, "own")

    assert silenced(made) == silent.act
    assert silenced(made) == silenced(silenced(made))
    for word in json.loads(personal or '{"words":[]}')["words"]:
        assert f'"{word}"' not in text
    assert (personal is None) == ("sealed" not in json.loads(text))


def test_words_and_names_wherever_they_stand_are_personal(story_in):
    """
    In remedies, in promises, in warnings that quote, and in who recorded it.
    """
    remedy = Remedy("refund", "40.00", "EUR", details=SECRET, who=SECRET, terms=SECRET, issue="i1")
    entry = story_in("agreed").entries[-1]
    (promise,) = entry.promises
    entry = attrs.evolve(
        entry,
        by=Actor(SECRET, "customer"),
        promises=(attrs.evolve(promise, what=SECRET, who=SECRET, remedy=remedy),),
        warnings=(Unmet("no_blame", SECRET),),
        act=Offer(remedies=[remedy], words=SECRET, customer_need=SECRET),
    )

    text, personal = entry_to_texts(entry, "ana")

    assert SECRET not in text
    assert [SECRET] * 12 == json.loads(personal)["words"]
    for kept in ("refund", "40.00", "EUR", "i1"):
        assert f'"{kept}"' in text
    assert unlimited(entry) == told(entry, {"accept": Offer, "offer": Offer})


def test_a_customer_by_name_is_personal_too(begin):
    """
    Also where a host takes everybody for a human.
    """
    entry = begin().record(LISTEN, by=Actor("ana"))

    assert '"ana"' not in public_of(entry)
    assert '"id":"ana"' in entry_to_texts(entry, "bo")[0]


def test_a_salt_is_never_the_same(begin):
    """
    Else the same words would be known by the same digest, and a guess could be tried.
    """
    entry = begin().record(LISTEN)

    assert 20 == len({entry_to_texts(entry, "ana")[1] for _ in range(20)})


def test_what_has_no_words_has_no_personal_part(story_in):
    """
    A promise that was kept says so by its id.
    """
    text, personal = entry_to_texts(story_in("agreed").record(KeepPromise("p1")), "ana")

    assert personal is None
    assert "sealed" not in json.loads(text)


@given(acts())
def test_any_act_reads_erased_where_its_words_were(made):
    """
    And is an act still: what was done is no secret.
    """
    silent = silenced(made)
    data = json.loads(json.dumps(act_to_data(silent)))

    assert silent == act_from_data(made.trigger, data, {made.trigger: type(made)}, "own")
    assert silent == silenced(silent)


@pytest.mark.parametrize("public", [["words"], ["street"], ["nowhere"]])
def test_what_is_public_is_a_text(public):
    """
    A slip of the pen would leave somebody's words in the record for ever.
    """
    fields = {"number": int, "stops": tuple[Address, ...]}
    with pytest.raises(TypeError, match=r"public names texts of it, and .* is none"):
        evidence(public=public)(type("House", (), {"__annotations__": fields}))
