"""
Language rules: what is found in the agent's words, and what is left alone.
"""

import itertools
import time

import attrs
import pytest

from complaintflow import Edge, LanguageRule, Rule, act
from complaintflow._language._reader import Reader, Spoken
from complaintflow.acts import (
    AcknowledgeProblem,
    Act,
    Apologize,
    Assure,
    BreakPromise,
    CustomerReplied,
    HandOver,
    Learn,
    Listen,
    Said,
    Told,
    Waive,
)


def found(phrases, *texts, said=None, facts=(), own=(), limited=False, **rule):
    """
    Return the sentences with which one rule about some phrases warns of some words.
    """
    reader = Reader([LanguageRule("rule", phrases, "{phrase}", **rule)])
    words = texts if said is None else (said,)
    spoken = Spoken("assure", words, (), frozenset(facts), tuple(own), limited=limited)
    return [warning.text for _, warning in reader.read(spoken)]


# -- what is found ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("that's our policy", "That's our policy."),
        ("that's our policy", "THAT\u2019S OUR POLICY"),
        ("that\u2019s our policy", "Well, that's our policy!"),
        ("that's our policy", "that is our policy"),
        ("that's our policy", "that  is\n\tour\u00a0policy"),
        ("that's our policy", "(that's our policy)"),
        ("that's our policy", "that\u00b4s our policy"),
        ("that's our policy", "that`s our policy"),
        ("that's our policy", "that\u2032s our policy"),
        ("that's our policy", "thats our policy"),
        ("that's our policy", "that's our po\u00adlicy"),
        ("you'll have to", "Youll have to"),
        ("you're wrong", "you are wrong"),
        ("you'll have to", "You will have to"),
        ("you've been told", "you have been told"),
        ("you shouldn't feel", "You should not feel"),
        ("refund*", "Refunds are easy"),
        ("refund*", "it is refundable"),
        ("refund*", "a refund"),
        ("as soon as possible", "as soon as possible"),
        ("matter* to us", "it matters to us"),
        ("stra\u00dfe", "STRASSE"),
        ("a.b", "a.b"),
        ("credit", "credit-card"),
    ],
)
def test_case_spacing_quotes_and_contractions_do_not_matter(phrase, said):
    """
    A rule is about what is said, not about how it is typed.
    """
    assert 1 == len(found([phrase], said))


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("it is company policy", "It's company policy"),
        ("you are wrong", "You\u2019re wrong"),
        ("you should not feel", "You shouldn't feel"),
        ("there is nothing we can do", "There's nothing we can do"),
    ],
)
def test_a_phrase_written_out_finds_its_contraction(phrase, said):
    """
    Contractions do not matter, in whichever of the two the phrase is.
    """
    assert 1 == len(found([phrase], said))


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("can't help", "We cannot help"),
        ("can't help", "We can not help"),
        ("won't help", "We will not help"),
    ],
)
def test_contractions_that_change_the_verb_are_contractions_too(phrase, said):
    """
    "cannot" is how "can't" is written in a letter.
    """
    assert 1 == len(found([phrase], said))


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("refund", "refunds"),
        ("refund", "prerefund"),
        ("fund*", "refund"),
        ("credit", "accredited"),
        ("a.b", "axb"),
        ("just", "justice"),
        ("that's our policy", "that was our policy"),
        ("as soon as possible", "as soon as we possibly can"),
    ],
)
def test_words_are_whole_words(phrase, said):
    """
    Justice is no condescension.
    """
    assert [] == found([phrase], said)


def test_a_phrase_may_begin_in_the_middle_of_a_word():
    """
    003-61: whose fault it was is told by a name and an apostrophe.
    """
    assert 1 == len(found(["'s fault"], "It was Tom's fault"))


def test_the_words_that_were_found_are_quoted():
    """
    Whoever wrote them sees which ones.
    """
    assert ["refunding"] == found(["refund*"], "We are Refunding it")


def test_one_rule_warns_once():
    """
    Of the first of its phrases that is found.
    """
    assert ["voucher"] == found(["voucher", "refund"], "A refund, or a voucher, or a refund")


@pytest.mark.parametrize(
    ("first", "second"),
    [("sorry", "sorry but"), ("refund*", "refund your money"), ("thank*", "thanks for nothing")],
)
def test_phrases_that_begin_alike_are_each_found(first, second):
    """
    A rule must not go unheard because another one says more.
    """
    reader = Reader([LanguageRule("short", first, "x"), LanguageRule("long", second, "x")])
    said = {
        "sorry but": "Sorry but no",
        "refund your money": "We refund your money",
        "thanks for nothing": "Thanks for nothing",
    }[second]

    assert ["short", "long"] == [w.code for _, w in reader.read(Spoken("assure", (said,)))]


def test_phrases_that_overlap_are_each_found():
    """
    Finding one takes nothing from the text.
    """
    rules = [
        LanguageRule("first", "too late again", "x"),
        LanguageRule("second", "late again", "x"),
    ]
    spoken = Spoken("assure", ("You come too late again",))

    assert ["first", "second"] == [w.code for _, w in Reader(rules).read(spoken)]


def test_of_two_phrases_of_one_rule_the_one_that_says_more_is_quoted():
    """
    "As soon as possible" explains more than "soon".
    """
    assert ["as soon as possible"] == found(
        ["as soon as possible", "as soon as"], "As soon as possible"
    )


def test_warnings_come_in_the_order_of_the_rules():
    """
    With their sentence and their clauses.
    """
    reader = Reader(
        [
            LanguageRule("b", "two", "it says '{phrase}'", cites="009-02"),
            LanguageRule("a", "one", "it says '{phrase}'", cites=["009-01", "editorial"]),
        ]
    )
    warnings = [w for _, w in reader.read(Spoken("assure", ("One, two",)))]

    assert [
        ("b", "it says 'two'", ("009-02",)),
        ("a", "it says 'one'", ("009-01", "editorial")),
    ] == [(w.code, w.text, w.cites) for w in warnings]


# -- what is left alone -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "I won't say that's our policy",
        "I will never say that's our policy",
        "We do not hide behind that's our policy",
        "without saying that is our policy",
        "I won't\nsay that's our policy",
        "I dont say that's our policy",
    ],
)
def test_what_is_denied_is_not_said(said):
    """
    "I won't say that's our policy" is the opposite of it.
    """
    assert [] == found(["that's our policy"], said)


@pytest.mark.parametrize(
    "said",
    [
        "I am not angry, but that's our policy",
        "No. That's our policy",
        "Never mind; that's our policy",
        "There is no way in which I could help you with it: that's our policy",
        "I can't refund it -- that's our policy",
        "I can't refund it---that's our policy",
        "I can't refund it / that's our policy",
        "I do not make the rules\u2026 that's our policy",
        "I can't refund it\n\nthat's our policy",
        "I can't refund it\nThat's our policy",
        "I can't refund it\n- that's our policy",
        f"No{' really' * 40} that's our policy",
        f"{'k' * 400}not that's our policy",
        f"{'k' * 200}not {' ' * 108}that's our policy",
    ],
)
def test_a_denial_of_something_else_is_no_denial(said):
    """
    A "no" in another clause leaves the words as they are.
    """
    assert 1 == len(found(["that's our policy"], said))


@pytest.mark.parametrize(
    "said",
    [
        "It is not only that's our policy",
        "It is not just that's our policy",
        "No doubt that's our policy",
        "No problem that's our policy",
        "No worries that's our policy",
        "Why not say that's our policy",
    ],
)
def test_some_words_with_a_no_in_them_deny_nothing(said):
    """
    "Not only" says it, and more.
    """
    assert 1 == len(found(["that's our policy"], said))


@pytest.mark.parametrize(
    "said", ["No doubt I would never say that's our policy", "Not only would we not refund it"]
)
def test_a_no_beside_them_is_a_denial_all_the_same(said):
    """
    Only the words themselves are passed over.
    """
    assert [] == found(["that's our policy", "refund"], said)


def test_a_text_is_read_again_after_what_was_denied():
    """
    One denial does not excuse the next sentence.
    """
    assert 1 == len(found(["refund"], "I do not say refund. I say: refund."))


@pytest.mark.parametrize(
    "said",
    [
        'You wrote "that\'s our policy", and it is not',
        "You wrote \u201cThat\u2019s our policy!\u201d, and it is not",
        "> that's our policy\nWe see that differently",
        "Yes.\n\n  > that's our policy\nWe see that differently",
        "You wrote \u2018that\u2019s our policy\u2019, and it is not",
        "You wrote 'that's our policy', and it's not",
        "'Twas said 'That's our policy!' to you",
        "You wrote \u201ethat's our policy\u201c, and it is not",
        "You wrote \u00abthat's our policy\u00bb, and it is not",
    ],
)
def test_what_is_quoted_of_the_customer_is_theirs(said):
    """
    An answer may hold the mail that it answers.
    """
    assert [] == found(["that's our policy"], said, own=["They told me: that's our policy"])


@pytest.mark.parametrize(
    "said",
    [
        'As one says: "that\'s our policy"',
        "As one says: \u2018that\u2019s our policy\u2019",
        "As one says: 'that's our policy'",
        "The others' loss, that's our policy, the customers' too",
    ],
)
def test_what_is_quoted_of_nobody_is_said(said):
    """
    Quotation marks around a phrase are no way out of it.
    """
    assert 1 == len(found(["that's our policy"], said, own=["Hello"]))


def test_the_customers_own_words_are_no_hit_where_a_rule_says_so():
    """
    Taking up what the customer asked for is listening.
    """
    own = ["I want a refund, or a gift card"]

    assert [] == found(["refund*"], "You ask for a refund", own=own, own_words=False)
    assert ["refund"] == found(["refund*"], "You ask for a refund", own=own)
    assert ["voucher"] == found(["voucher"], "Here is a voucher", own=own, own_words=False)
    assert ["voucher"] == found(
        ["refund*", "voucher"], "A refund? Rather a voucher", own=own, own_words=False
    )


def test_the_customers_own_words_are_words():
    """
    Who speaks of being accredited has asked for no credit.
    """
    assert ["credit"] == found(
        ["credit*"], "Here is some credit", own=["I am an accredited cook"], own_words=False
    )


def test_the_customers_own_words_are_theirs_however_they_are_spaced():
    """
    A line break in an e-mail makes no other words.
    """
    assert [] == found(
        ["gift card"], "You ask for a gift\ncard", own=["I want a gift card"], own_words=False
    )


def test_another_form_of_the_same_phrase_is_still_looked_for():
    """
    The customer said "refund"; "refundable" is ours.
    """
    assert ["refundable"] == found(
        ["refund*"], "Your refund, which is refundable", own=["a refund!"], own_words=False
    )


# -- rules about what should be said ------------------------------------------------------------


def test_a_wanted_phrase_is_missed_when_none_is_said():
    """
    003-21: that the business is valued should be said in some words.
    """
    assert [""] == found(["thank*", "value*"], "It is broken", wanted=True)
    assert [] == found(["thank*", "value*"], "We value you", wanted=True)


def test_nothing_is_wanted_of_an_act_that_says_nothing():
    """
    Where no words are said there are none to miss something in.
    """
    assert [] == found(["thank*"], wanted=True)


def test_a_wanted_phrase_counts_also_where_another_rule_says_more():
    """
    Two rules about the same words do not hide them from each other.
    """
    reader = Reader(
        [
            LanguageRule("thanks", "thank*", "x", wanted=True),
            LanguageRule("coming", "thank you for coming", "x"),
        ]
    )
    spoken = Spoken("assure", ("Thank you for coming",))

    assert ["coming"] == [w.code for _, w in reader.read(spoken)]


# -- when and for whom a rule holds -------------------------------------------------------------


def test_a_rule_may_be_about_some_acts_only():
    """
    003-61: only a lesson looks for culprits.
    """
    assert [] == found(["refund"], "a refund", acts="learn")
    assert ["refund"] == found(["refund"], "a refund", acts=["learn", "assure"])


def test_a_rule_holds_until_all_of_its_facts_do():
    """
    003-12: hearing and recognition, both.
    """
    until = ["heard", "recognised"]

    assert ["refund"] == found(["refund"], "a refund", until=until)
    assert ["refund"] == found(["refund"], "a refund", until=until, facts=["heard"])
    assert [] == found(["refund"], "a refund", until=until, facts=["heard", "recognised", "x"])


def test_one_fact_can_be_named_by_itself():
    """
    A lone text is one name, never its letters.
    """
    rule = LanguageRule("r", "refund", "x", cites="003-12", acts="learn", until="heard")

    assert (("refund",), ("003-12",), ("learn",), {"heard"}) == (
        *(rule.phrases, rule.cites, rule.acts, rule.until),
    )


def test_a_rule_about_notes_reads_notes_and_nothing_else():
    """
    003-61: a lesson is written for the record, and so is no word to the customer.
    """
    reader = Reader(
        [LanguageRule("notes", "fault", "x", notes=True), LanguageRule("words", "fault", "x")]
    )

    assert ["notes"] == [w.code for _, w in reader.read(Spoken("a", (), ("my fault",)))]
    assert ["words"] == [w.code for _, w in reader.read(Spoken("a", ("my fault",)))]


def test_a_rule_may_be_about_a_whole_message():
    """
    000-07: "You're right" as the whole answer is no answer; within one it may be true.
    """
    assert ["you're right"] == found(["you're right"], " You\u2019re right!\n", whole=True)
    assert [] == found(["you're right"], "You're right, and here is what I do", whole=True)


def test_a_rule_may_hold_only_for_people_with_limits():
    """
    C9: "whatever it takes" is said too much only by somebody who may not give it.
    """
    assert [] == found(["whatever it takes"], "Whatever it takes", where_limits=True)
    assert 1 == len(
        found(["whatever it takes"], "Whatever it takes", where_limits=True, limited=True)
    )


@pytest.mark.parametrize(
    ("mood", "strong"),
    [(None, False), ("calm", False), ("discontent", False), ("upset", True), ("hostile", True)],
)
def test_a_warning_can_be_stronger_for_somebody_upset(mood, strong):
    """
    000-05: telling people they are wrong is worse when they are emotional.
    """
    reader = Reader([LanguageRule("wrong", "you're wrong", "x", strong_from="upset")])
    ((_, warning),) = reader.read(Spoken("assure", ("You are wrong",), mood=mood))

    assert strong is warning.strong


# -- who is read --------------------------------------------------------------------------------


@act(speaker="agent")
class Letter(Act):
    """
    A letter of several lines, which quotes what was told and has a note to the file.
    """

    lines: tuple[Said, ...]
    told: Told | None = None
    note: str | None = None


@pytest.fixture
def letters(story_in):
    """
    Return a story of a method that knows letters, and two rules about one word.
    """
    story = story_in("heard")
    story.method = attrs.evolve(
        story.method,
        rules=[*story.method.rules, Rule(Letter)],
        edges=[*story.method.edges, Edge("heard", "letter")],
        language=[
            LanguageRule("said", "teapot", "x", own_words=True),
            LanguageRule("noted", "teapot", "x", notes=True),
        ],
    )
    return story


def codes(story, made, by="sam"):
    """
    Return the codes of the warnings that an act gets.
    """
    return [warning.code for warning in story.decide(made, by=by).warnings]


@pytest.mark.parametrize(
    ("made", "read"),
    [
        (Assure(words="A teapot"), ["said"]),
        (HandOver(to="lee", reason="x", words="A teapot"), ["said"]),
        (HandOver(to="lee", reason="a teapot", words="x"), ["noted"]),
        (Listen(account="My teapot!"), []),
        (Listen(account="x", notes="a teapot"), ["noted"]),
        (CustomerReplied(words="My teapot!"), []),
        (Apologize(words="x"), []),
        (Letter(lines=["Dear Ana,", "a teapot is"]), ["said"]),
        (Letter(lines=["Dear Ana,"], told="My teapot!"), []),
        (Letter(lines=["Dear Ana,"], note="teapot"), ["noted"]),
    ],
)
def test_only_the_agents_words_are_read(letters, made, read):
    """
    001-23: whatever the customer says, no rule ever judges it.
    """
    assert read == codes(letters, made)


def test_a_reason_told_to_the_customer_is_said(story_in):
    """
    A field says whose words it holds, whatever it is called.
    """
    assert ("reason",) == BreakPromise.spec.said
    assert () == Learn.spec.said


def test_limits_make_a_difference_only_to_rules_that_say_so(story_in):
    """
    The rules of the six steps hold for everybody.
    """
    story = story_in("heard")
    hasty = AcknowledgeProblem(words="A cracked teapot; we value you; a refund")

    assert codes(story, hasty, by="kim") == codes(story, hasty, by="sam")


def test_a_method_without_rules_reads_nothing(story_in):
    """
    And warns of nothing.
    """
    story = story_in("heard", language=False)

    assert [] == codes(story, Apologize(words="Obviously, a refund"))


# -- rules that refuse --------------------------------------------------------------------------


@pytest.fixture
def blocking(story_in):
    """
    Return a story of a method in which one phrase is refused, unless that is waived.
    """
    story = story_in("heard")
    story.method = attrs.evolve(
        story.method,
        language=[
            LanguageRule(
                "policy",
                "that's our policy",
                "do not say '{phrase}'",
                cites="002-21",
                blocks=True,
            )
        ],
        waivable=[*story.method.waivable, "policy"],
    )
    return story


def test_a_rule_may_refuse(blocking):
    """
    002-21: the one phrase that the document names is worth a no.
    """
    no = blocking.refused(Assure(words="That is our policy"))

    assert [("policy", "do not say 'that is our policy'", ("002-21",))] == [
        (unmet.code, unmet.text, unmet.cites) for unmet in no.unmet
    ]
    assert ["assure"] == [str(step) for step in no.way]
    assert "heard" == blocking.record(Assure(words="That is how we do it")).state


def test_a_refusal_for_words_can_be_waived_on_the_record(blocking):
    """
    An override has a reason, and the warning stays.
    """
    blocking.record(Waive(requirement="policy", reason="They asked for the policy"))

    assert ["policy"] == blocking.warnings(Assure(words="That is our policy"))


def test_a_rule_that_refuses_is_told_among_the_questions_about_the_evidence(blocking):
    """
    A form can show what not to say before anybody writes it.
    """
    asks = blocking.options()["assure"].asks

    assert ["do not say 'that's our policy'"] == [unmet.text for unmet in asks]


def test_rules_whose_phrases_are_not_there_cost_nothing():
    """
    A text is passed over once, however many rules there are.
    """
    text = "We looked at the teapot, and it is cracked indeed; you can keep it. " * 400
    few, many = (
        Reader([LanguageRule(f"rule_{n}", [f"q{n}x never"], "{phrase}") for n in range(count)])
        for count in (2, 1000)
    )

    # A pass for each rule would take five hundred times as long; a busy machine, a few times.
    assert cost(many, text) < 50 * cost(few, text)


@pytest.mark.untraced
def test_rules_whose_phrases_begin_with_any_letters_cost_little():
    """
    Words are told from each other letter by letter: 8,000 phrases are not 4,000 times two.
    """
    text = "We looked at the teapot, and it is cracked indeed; you can keep it. " * 400
    letters = "bcdfghjklmnprstvwxyz"
    few, many = (
        Reader([LanguageRule(f"rule_{p}", p, "x") for p in phrases])
        for phrases in (["qxz", "zxq"], map("".join, itertools.product(letters, repeat=3)))
    )

    # Each phrase looked for by itself would take four thousand times as long.
    assert cost(many, text) < 400 * cost(few, text)


@pytest.mark.parametrize("phrases", [["'s fault"], ["i"], ["un*"], ["un*", "refund"], ["<link>"]])
def test_a_rule_alone_finds_what_it_finds_among_others(phrases):
    """
    However few and short the beginnings of its phrases are.
    """
    said = {"'s fault": "Tom's fault", "i": "It is I.", "un*": "so unkind", "<link>": "www.a.b"}
    others = [LanguageRule("other", ["refund", "'t"], "x")]
    rule = LanguageRule("rule", phrases, "x")
    spoken = Spoken("assure", (said[phrases[0]],))

    assert ["rule"] == [w.code for _, w in Reader([rule]).read(spoken)]
    assert ["rule"] == [w.code for _, w in Reader([rule, *others]).read(spoken)]
    assert () == Reader([rule]).read(Spoken("assure", ("Nothing of it is his",)))


def cost(reader, text):
    """
    Return the processor time that reading a text takes, the best of several.
    """
    spoken = Spoken("assure", (text,))
    taken = []
    for _ in range(7):
        start = time.process_time()
        reader.read(spoken)
        taken.append(time.process_time() - start)
    return min(taken)


# -- gaps and links -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "Please call our hotline instead",
        "Please call 0800-123 456 instead.",
        "We are closed; please call, if you like, our lovely hotline instead!",
        "Please call\nLee instead",
    ],
)
def test_a_gap_stands_for_a_few_words_of_the_same_sentence(said):
    """
    Where somebody is sent is different each time, and the sending away is the same.
    """
    assert 1 == len(found(["please call ... instead"], said))


@pytest.mark.parametrize(
    "said",
    [
        "Please call our hotline. It is open instead",
        "Please call one two three four five six seven eight nine instead",
        "Please call our hotline",
        "Please recall it instead",
        "Please callinstead",
    ],
)
def test_a_gap_ends_with_the_sentence_and_after_a_few_words(said):
    """
    Two words that have nothing to do with each other are no phrase.
    """
    assert [] == found(["please call ... instead"], said)


def test_a_gap_costs_no_more_in_a_long_text():
    """
    A pattern that tries every way to fill a gap would stand still before a row of dashes.
    """
    for filler in ("- " * 5000, "-" * 10_000, "please call " * 1000, "a " * 5000, "'" * 10_000):
        assert [] == found(["please call ... instead"], f"please call {filler}")


@pytest.mark.parametrize(
    ("said", "is_link"),
    [
        ("https://shop.example/help", True),
        ("https://shop.example/help.", True),
        ("WWW.SHOP.EXAMPLE/help?a=1", True),
        ("Please see https://shop.example/help", True),
        ("https://shop.example/help tells you how I will mend it", False),
        ("httpsomething", False),
        ("seehttps://shop.example/help", False),
        ("I will mend it", False),
    ],
)
def test_a_link_is_an_address_whichever_it_is(said, is_link):
    """
    002-23: a reply that is nothing but a link sends the customer away.
    """
    assert is_link == bool(found(["<link>", "please ... <link>"], said, whole=True))


# -- what says more, and what takes nothing up --------------------------------------------------

DEFLECTS = {"phrases": ["<link>"], "unless": ["i will", "how"], "nothing_taken_up": True}
ACCOUNT = "Please help: the teapot came two weeks late, and it is cracked"


@pytest.mark.parametrize(
    "said",
    [
        "https://shop.example/help",
        "Please see https://shop.example/teapots",
        (
            "Hello Ana,\nthank you very much for contacting us. For information on returns, "
            "exchanges and everything else, please read the answers that our team has put "
            "together for you, which you find at https://shop.example/answers?page=2. All of "
            "them are kept up to date.\nKind regards,\nThe Shop"
        ),
    ],
    ids=["bare", "short", "long"],
)
def test_a_text_that_only_sends_to_a_page_is_found_however_long_it_is(said):
    """
    002-23: courtesies around a link are no answer.
    """
    assert 1 == len(found(own=[ACCOUNT], said=said, **DEFLECTS))


@pytest.mark.parametrize(
    "said",
    [
        "I will send the label today; it is at https://shop.example/label",
        "How did it happen? Here is what you wrote: https://shop.example/c-1",
        "A cracked pot! https://shop.example/returns",
        'You wrote that "the teapot came two weeks late": https://shop.example/late',
        "It is being looked at",
    ],
    ids=["says what is done", "asks", "takes up", "quotes", "no link"],
)
def test_a_text_that_says_or_takes_up_more_may_hold_a_link(said):
    """
    A link is no deflection where somebody takes the matter on.
    """
    assert [] == found(own=[ACCOUNT], said=said, **DEFLECTS)


def test_a_mail_that_is_answered_takes_nothing_up():
    """
    What the mail program quotes, nobody has read for it.
    """
    said = f"https://shop.example/help\n> {ACCOUNT}"

    assert 1 == len(found(own=[ACCOUNT], said=said, **DEFLECTS))


def test_the_name_of_a_page_takes_nothing_up():
    """
    Every shop that sells teapots has a page about them.
    """
    said = "https://shop.example/teapots/cracked"

    assert 1 == len(found(own=[ACCOUNT], said=said, **DEFLECTS))
    assert 1 == len(found(own=[], said=said, **DEFLECTS))
