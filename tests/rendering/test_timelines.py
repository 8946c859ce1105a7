"""
A case as a picture: what is told, what is left out, and what a browser makes of it.
"""

import pathlib
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from importlib import resources
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from complaintflow import Actor, Case, Desk, HistoryError, Refused, TimeError, UnknownMethod, Unmet
from complaintflow import _codec as codec
from complaintflow.acts import Listen, Open, Withdraw
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli import app
from complaintflow.cli._demo import stories
from complaintflow.cli._methods import method_of
from complaintflow.cli._reading import script_of
from complaintflow.limits import Within
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.rendering import Timeline, timeline
from complaintflow.rendering._timeline_times import span
from complaintflow.testing import FrozenClock, histories

from .browsers import document_after, opened, width_of

KETTLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "reopened.jsonl"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SCRIPT = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"


def told(name, story):
    """
    Return the method, the case and the history of a story.
    """
    method = method_of(name)
    desk = Desk(method)
    case = desk.import_story(story)
    return method, case, desk.history(case.id)


@pytest.fixture(scope="module")
def kettle():
    """
    Return a case with a broken promise, a late one and a reopening.
    """
    return told("six_steps", KETTLE.read_text("utf-8"))


@pytest.fixture(scope="module")
def picture(kettle):
    """
    Return it as a picture.
    """
    method, case, history = kettle
    return timeline(case, history, method=method, at=NOON)


def shipped(name):
    """
    Return the method, the case and the history of a story that the demo tells.
    """
    method = method_of(name)
    desk = Desk(method)
    text = (resources.files("complaintflow.cli") / "stories" / f"{name}.jsonl").read_text("utf-8")
    case = None
    for line in script_of(text, method, name).lines:
        if isinstance(line.act, Open):
            case = desk.open(
                *(line.case or name,),
                customer=line.act.customer,
                complaint=line.act.complaint,
                by=line.by,
                at=line.at,
            )
            continue
        try:
            case = desk.record(case.id, line.act, by=line.by, at=line.at)
        except Refused:
            continue
    return method, case, desk.history(case.id)


# -- at a glance ---------------------------------------------------------------------------------


def axis(page):
    """
    Return what stands at the two ends of the line of time.
    """
    return re.findall(r'<div class="axis"><span>(.*?)</span><span>(.*?)</span>', page)


def test_the_line_of_time_tells_days_and_of_a_single_day_the_time(picture):
    """
    From the fifth of January to the fifth of January says nothing.
    """
    method = six_steps()
    desk = Desk(method)
    nine = datetime(2026, 1, 5, 9, tzinfo=UTC)
    desk.open("t-1", customer="Ana", complaint="Late", by="sam", at=nine)
    short = timeline(desk.get("t-1"), desk.history("t-1"), at=nine + timedelta(hours=5))

    assert [("2 Mar 2026", "20 Mar 2026")] == axis(picture.as_html())
    assert [("5 Jan 2026, 09:00", "14:00")] == axis(short.as_html())


# -- in whose time ------------------------------------------------------------------------------


@pytest.fixture
def night():
    """
    Return a method, and a case that was listened to while Berlin put its clocks back.
    """
    method = six_steps()
    desk = Desk(method)
    desk.open("t-1", customer="Ana", complaint="Late", by="sam", at=BACK)
    for minutes in (30, 90, 150):
        at = BACK + timedelta(minutes=minutes)
        desk.record("t-1", Listen(account="It came late."), by="sam", at=at)
    return method, desk.get("t-1"), desk.history("t-1")


BACK = datetime(2026, 10, 24, 23, tzinfo=UTC)
"""One o'clock in Berlin; at three its clocks are put back to two."""


def test_days_and_times_are_told_in_a_zone(night):
    """
    Who has taken a call at night remembers it by the clock on the wall.
    """
    method, case, history = night
    there = timeline(case, history, method=method, zone="Europe/Berlin")

    text = there.as_text()
    assert "opened Sun 25 Oct 2026, 01:00;" in text
    assert "What happened, times in Europe/Berlin\n" in text
    assert "Sunday 25 October 2026\n01:00 open" in text
    times = re.findall(r"^(\d\d:\d\d\S*) ", text, re.MULTILINE)
    assert ["01:00", "01:30", "02:30+0200", "02:30+0100"] == times
    page = there.as_html()
    assert "Times are in Europe/Berlin." in page
    assert '<time datetime="2026-10-25T02:30:00+02:00">02:30+0200</time>' in page
    assert '<time datetime="2026-10-25T02:30:00+01:00">02:30+0100</time>' in page
    assert "25 Oct 2026" in page
    assert "24 Oct 2026" not in page


def test_the_moments_of_a_timeline_are_the_same_in_every_zone(night):
    """
    A program compares instants; an hour that comes twice is not in order.
    """
    method, case, history = night
    here = timeline(case, history, method=method)
    there = timeline(case, history, method=method, zone="Europe/Berlin")

    assert [moment.at for moment in here.moments] == [moment.at for moment in there.moments]
    assert [UTC] * 4 == [moment.at.tzinfo for moment in there.moments]
    assert (here.zone, there.zone) == ("UTC", "Europe/Berlin")
    widths = [re.findall(r"left:[\d.]+%;width:[\d.]+%", each.as_html()) for each in (here, there)]
    assert widths[0] == widths[1]


def test_a_promise_is_due_by_the_clock_of_the_zone(kettle):
    """
    In the sentences as in the table: before the clocks are put forward, and after.
    """
    method, case, history = kettle
    text = timeline(case, history, method=method, at=NOON, zone="America/New_York").as_text()
    (promise, *_) = case.ledger.promises
    due = promise.due.astimezone(ZoneInfo("America/New_York"))

    assert 2 <= text.count(f"{due.day} {due:%b %Y, %H:%M}")
    assert f"{promise.due:%b %Y, %H:%M}" not in text


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Berln", "'Europe/Berln' (did you mean 'Europe/Berlin'?); name one such as"),
        ("Mars", "there is no time zone 'Mars'; name one such as 'Europe/Berlin', or 'UTC'"),
        ("../etc/passwd", "there is no time zone '../etc/passwd'; name one"),
        ("", "there is no time zone ''; name one"),
        (None, "there is no time zone None; name one"),
        ([], "there is no time zone []; name one"),
    ],
)
def test_a_zone_that_is_not_there_is_told(kettle, zone, told):
    """
    With the one that is meant.
    """
    _, case, history = kettle
    with pytest.raises(TimeError) as caught:
        timeline(case, history, zone=zone)

    assert told in str(caught.value)


# -- what is told -------------------------------------------------------------------------------


def test_every_entry_of_a_history_is_told_in_its_order(kettle, picture):
    """
    A picture that leaves something out is a story of its own.
    """
    _, _, history = kettle

    assert [entry.version for entry in history] == [moment.number for moment in picture.moments]
    assert [entry.at for entry in history] == [moment.at for moment in picture.moments]
    assert [entry.by.id for entry in history] == [moment.by for moment in picture.moments]


def test_what_became_of_every_promise_is_told(picture):
    """
    Due, kept, late and broken: that is what a customer remembers.
    """
    assert [
        ("p1", "broken", ""),
        ("p2", "kept_late", "18 hours"),
        ("p3", "kept", ""),
        ("p4", "open", ""),
    ] == [(duty.id, duty.standing, duty.late_by) for duty in picture.promises]


def test_a_promise_that_is_not_kept_yet_is_overdue_from_its_moment_on(kettle):
    """
    Whether a worker has looked or not.
    """
    method, case, history = kettle
    later = timeline(case, history, method=method, at=NOON + timedelta(days=30))

    assert ("overdue", "2 weeks") == (later.promises[3].standing, later.promises[3].late_by)


def test_what_one_looks_for_stands_out(picture):
    """
    Offers and counter-offers, waivers, breaches and a reopening.
    """
    assert [
        "offer",
        "counter-offer",
        "offer",
        "breach",
        "breach",
        "reopened",
        "offer",
        "waiver",
    ] == [moment.tag for moment in picture.moments if moment.tag]


def test_a_reopening_begins_a_cycle(picture):
    """
    The step that reopens is the first of the new cycle, and the words say that duties are fresh.
    """
    [reopened] = [moment for moment in picture.moments if moment.kind == "reopening"]

    assert reopened.cycle == 2
    assert "cycle 2 begins: every duty is fresh" in [each.text for each in reopened.followed]
    assert [1, 2] == sorted({moment.cycle for moment in picture.moments})


def test_how_long_a_case_stood_where_leaves_no_gap(picture):
    """
    Each stretch begins where the one before it ended.
    """
    stretches = picture.stretches

    assert picture.opened_at == stretches[0].since
    assert [each.until for each in stretches[:-1]] == [each.since for each in stretches[1:]]
    assert stretches[-1].until is None
    assert picture.state == stretches[-1].state


def test_what_may_be_done_next_is_told_and_why_not_the_rest(picture):
    """
    Every act that somebody can do is on one side or the other.
    """
    ready = {chance.act for chance in picture.chances if chance.is_ready}
    waiting = {chance.act: chance for chance in picture.chances if not chance.is_ready}

    assert "keep promise" in ready
    assert "accept" in waiting
    assert all(chance.why_not for chance in waiting.values())
    assert "deadline passed" not in ready | waiting.keys()


def over():
    """
    Return a case that was withdrawn at once, as a picture.
    """
    method = six_steps()
    desk = Desk(method, clock=FrozenClock())
    desk.open("t-1", customer="Ana", complaint="Late", by="sam")
    case = desk.record("t-1", Withdraw(reason="It was at the neighbour's."), by="sam")
    return timeline(case, desk.history("t-1"), method=method)


@pytest.mark.parametrize("shown", [Timeline.as_text, Timeline.as_html])
def test_that_a_case_is_over_is_told_once(shown):
    """
    Forty acts have that one reason, and only those with another are worth a line.
    """
    _, _, rest = shown(over()).partition("And why not the rest")

    assert rest.count("the case is over: reopen it first") == 1
    assert rest.count("over") == 1
    assert "acknowledge problem" not in rest
    assert "no request for approval is undecided" in rest


def test_a_closed_case_is_not_told_to_be_closed_twice():
    """
    The state says it, unless it has another name.
    """
    assert "version 1: withdrawn, and closed\n" in over().as_text()

    _, case, history = shipped("six_steps")
    assert "version 1: closed\n" in timeline(case, history).as_text()


@pytest.mark.parametrize("shown", [Timeline.as_text, Timeline.as_html])
def test_a_rule_without_a_document_is_told_to_be_our_own(shown):
    """
    `editorial` is no source that a reader could look up.
    """
    _, case, history = shipped("six_steps")
    picture = timeline(case, history)
    warned = attrs.evolve(
        picture.moments[0], warnings=(Unmet("plain", "too long", cites=("editorial",)),)
    )
    told = shown(attrs.evolve(picture, moments=(warned,)))

    assert "editorial" not in told
    assert "our own" in told


def test_where_an_act_is_possible_is_told_as_a_list():
    """
    And of which outcome, without the name that the line begins with.
    """
    method, case, history = told("six_steps", KETTLE.read_text("utf-8"))
    text = timeline(case, history, method=method).as_text(width=200)

    assert "offer: it is possible while consulted or negotiating, and" in text
    wanted = "it can come out as answered while empathized, consulted or negotiating, and"
    assert f"ask expectation: {wanted}" in text


def test_without_a_method_the_road_is_where_the_case_has_been(kettle):
    """
    An old history can be drawn where its method is gone.
    """
    _, case, history = kettle
    picture = timeline(case, history)

    assert picture.chances is None
    assert picture.method == "six_steps"
    assert {place.state for place in picture.road} == {each.state for each in picture.stretches}
    assert "What may be done next" not in picture.as_text()
    assert "six_steps" in picture.as_html()


def test_a_time_limit_that_was_missed_and_one_to_come_are_told():
    """
    Past and to come: whoever looks at a case asks for both.
    """
    clock = FrozenClock()
    method = six_steps(first_response=Within(1, "hours"))
    desk = Desk(method, clock=clock)
    desk.open("t-1", customer="Ana", complaint="It broke", by="sam")
    coming = timeline(desk.get("t-1"), desk.history("t-1"), method=method)
    clock.advance(hours=2)
    case = desk.record("t-1", Listen(account="Late"), by="sam")
    missed = timeline(case, desk.history("t-1"), method=method)

    assert ["nobody has listened in time"] == [each.text for each in coming.deadlines]
    assert "until Mon 5 Jan 2026, 10:00, else: nobody has listened in time" in coming.as_text()
    assert ["nobody has listened in time; it was due Mon 5 Jan 2026, 10:00"] == [
        each.text for each in missed.breaches
    ]
    assert "missed" in missed.as_html()


@pytest.mark.parametrize("name", stories())
@pytest.mark.parametrize("personal_data", [True, False])
def test_every_story_can_be_drawn(name, personal_data):
    """
    Whatever acts a method has, and with the words left out too.
    """
    method, case, history = shipped(name)
    picture = timeline(case, history, method=method, personal_data=personal_data)

    assert case.id in picture.as_html()
    assert max(map(len, picture.as_text().splitlines())) <= 80
    assert max(map(len, picture.as_text(width=40).splitlines())) <= 40


@pytest.mark.untraced
@pytest.mark.parametrize("make", [five_steps, six_steps, seven_as, personal_ownership])
@settings(max_examples=15)
@given(st.data())
def test_whatever_can_happen_can_be_drawn(make, data):
    """
    Every history that a method allows, of whatever words.
    """
    method = make()
    history = data.draw(histories(method, max_size=12))
    case = Case.replay(history)
    picture = timeline(case, history, method=method)
    silent = timeline(case, history, personal_data=False)
    page = Page(picture.as_html())

    assert [entry.version for entry in history] == [moment.number for moment in picture.moments]
    assert [each.id for each in case.ledger.promises] == [each.id for each in picture.promises]
    assert not {"script", "img", "form"} & set(page.tags)
    assert max(map(len, picture.as_text(width=60).splitlines())) <= 60
    assert [m.act for m in picture.moments] == [m.act for m in silent.moments]
    assert silent.as_html()


# -- what is left out ---------------------------------------------------------------------------


def words_of(entry, customer):
    """
    Return the words and names in what was recorded, as an erasure would take them.
    """
    data = codec._decoder()(codec._dump(codec.act_to_data(entry.act)))
    words = [customer, *(warning.text for warning in entry.warnings)]
    codec.take_out(data, type(entry.act), words)
    return words


@pytest.mark.parametrize("name", [*stories(), "kettle"])
def test_no_word_or_name_is_left_where_personal_data_is_left_out(name, kettle):
    """
    What goes where a case is erased goes here: one list of what is personal, and not two.
    """
    method, case, history = kettle if name == "kettle" else shipped(name)
    picture = timeline(case, history, method=method, personal_data=False)
    html, text = picture.as_html(), " ".join(picture.as_text().split())
    words = {word for entry in history for word in words_of(entry, case.customer)}
    # What somebody called something may also be the kind of a remedy, and kinds are public.
    words -= {each.kind for entry in history for each in getattr(entry.act, "remedies", ())}
    words -= {promise.remedy.kind for promise in case.ledger.promises if promise.remedy is not None}

    assert [] == [word for word in words if len(word) > 7 and (word in html or word in text)]
    assert "the customer's name and all words are left out" in text
    assert "by (left out)" not in text
    assert case.id in text


def test_what_was_erased_reads_so(kettle):
    """
    The picture of an erased case is not the picture of one that was never told.
    """
    method, _, _ = kettle
    desk = Desk(method)
    case = desk.import_story(KETTLE.read_text("utf-8"))
    case = desk.erase(case.id, reason="he asked for it", by="bo")

    assert "[erased]" in timeline(case, desk.history(case.id)).as_text()
    assert "kettle" not in timeline(case, desk.history(case.id)).as_html()


# -- what cannot be drawn -----------------------------------------------------------------------


def test_a_history_of_another_case_is_no_picture_of_this_one(kettle):
    """
    Half a history would be told as if it were the whole.
    """
    _, case, history = kettle

    with pytest.raises(HistoryError, match="up to entry 24, and the case is 'K-77' at 25"):
        timeline(case, history[:-1])
    with pytest.raises(HistoryError):
        timeline(case, ())


def test_a_picture_is_drawn_by_the_method_the_case_is_under(kettle):
    """
    Another one would say what may be done next by other rules.
    """
    _, case, history = kettle

    with pytest.raises(UnknownMethod):
        timeline(case, history, method=five_steps())
    with pytest.raises(TimeError):
        timeline(case, history, at=datetime(2026, 3, 10))


def test_a_picture_for_somebody_else_tells_what_they_may_do(kettle):
    """
    The options are those of whoever looks.
    """
    method, case, history = kettle
    picture = timeline(case, history, method=method, by=Actor("kim", may=["listen"]))

    assert ["listen"] == [chance.act for chance in picture.chances if chance.is_ready]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=15), "2 weeks"),
        (timedelta(days=13), "13 days"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=3), "less than a minute"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_unit(length, words):
    """
    Nobody reckons in seconds.
    """
    assert words == span(length)


# -- the page -----------------------------------------------------------------------------------


class Page(HTMLParser):
    """
    The elements and the texts of a page, and what refers to anything outside it.
    """

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts, self.refers, self.ids = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """
        Note an element.
        """
        self.tags.append(tag)
        self.refers += [value for name, value in attrs if name in {"src", "href", "action"}]
        self.refers += [name for name, _ in attrs if name.startswith("on")]
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        """
        Note a text.
        """
        self.texts.append(data)


def saying(words, **more):
    """
    Return the picture of a case whose customer says something.
    """
    desk = Desk(six_steps(), clock=FrozenClock())
    case = desk.open("t-1", customer="Ana", complaint=words, by="sam", **more)
    return timeline(case, desk.history("t-1"), method=six_steps())


def test_a_page_needs_nothing_but_itself(picture):
    """
    It can be mailed, archived, and opened where there is no network.
    """
    page = Page(picture.as_html())

    assert page.refers == ["#history"]
    assert not {"script", "link", "img", "iframe", "object", "embed", "form"} & set(page.tags)
    assert "url(" not in picture.as_html()
    assert "default-src 'none'" in picture.as_html()


def test_a_page_can_be_found_through_without_eyes_or_a_mouse(picture):
    """
    A language, one heading of the first rank, sections with names, and a place to skip to.
    """
    html = picture.as_html()
    page = Page(html)

    assert '<html lang="en">' in html
    assert page.tags.count("h1") == 1
    assert page.tags.count("section") == html.count("aria-labelledby=")
    assert len(page.ids) == len(set(page.ids))
    assert 'aria-current="step"' in html
    assert re.search(r'role="img"[^>]*aria-label="It stood in turn: [^"]+p1 broken', html) or (
        re.search(r'aria-label="It stood in turn: [^"]+p1 broken[^"]+"', html)
    )
    assert all(scope in html for scope in ('scope="col"', 'scope="row"'))


@pytest.mark.untraced
@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("<>/&\"'=- script", max_size=40))
def test_whatever_people_write_comes_out_as_text(words):
    """
    No text at all becomes an element, or ends one.
    """
    page = Page(saying(f"kettle {words}").as_html())

    assert Page(saying("kettle").as_html()).tags == page.tags


def colours(css):
    """
    Return the colours of a stylesheet by their names, of light and of dark.
    """
    every = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in every]


def luminance(colour):
    """
    Return the relative luminance of a colour, as WCAG reckons it.
    """
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_every_text_stands_out_from_its_ground(scheme):
    """
    At least 4.5 to 1, which is what WCAG asks of text.
    """
    css = (resources.files("complaintflow.rendering") / "timeline.css").read_text("utf-8")
    colour = colours(css)[scheme]
    grounds = [
        (ink, ground) for ink in ("ink", "faint", "accent") for ground in ("paper", "raised")
    ]
    grounds += [(name, f"{name}-soft") for name in ("accent", "good", "late", "bad")]
    grounds += [(name, "paper") for name in ("good", "late", "bad")]
    grounds += [("ink", "agent"), ("ink", "customer"), ("faint", "agent"), ("faint", "customer")]
    grounds += [("faint", "quiet-soft"), ("paper", "accent")]
    for ink, ground in grounds:
        one, other = sorted((luminance(colour[ink]), luminance(colour[ground])))

        assert (other + 0.05) / (one + 0.05) >= 4.5, (ink, ground)


# -- in a browser -------------------------------------------------------------------------------


def without_policy(page):
    """
    Return a page without the policy that would stop a script that was not escaped.
    """
    return re.sub(r'<meta content="default-src[^>]*>', "", page)


def test_a_script_that_a_customer_writes_is_shown_and_not_run(tmp_path):
    """
    Twice held: it is escaped, and the page allows no script.
    """
    for page in (saying(SCRIPT).as_html(), without_policy(saying(SCRIPT).as_html())):
        document = document_after(page, tmp_path)

        assert "<title>t-1: The six steps</title>" in document
        assert "&lt;script&gt;document.title='run'&lt;/script&gt;" in document


def test_the_browser_would_run_a_script(tmp_path):
    """
    A check that finds nothing must have been seen to find something.
    """
    page = without_policy(saying("PLACE").as_html()).replace("PLACE", SCRIPT)
    with_policy = saying("PLACE").as_html().replace("PLACE", SCRIPT)

    assert "<title>run</title>" in document_after(page, tmp_path)
    assert "<title>run</title>" not in document_after(with_policy, tmp_path)


def test_a_page_fits_on_a_telephone(picture, tmp_path):
    """
    Nobody scrolls sideways in a timeline.
    """
    assert width_of(picture.as_html(), 390, tmp_path) <= 390


def test_a_timeline_is_read_by_the_keyboard(picture, tmp_path):
    """
    The first key shows the way past all that stands above, and the second takes it.
    """
    focused = "document.activeElement"
    box = f"{focused}.getBoundingClientRect()"
    with opened(picture.as_html(), tmp_path) as page:
        page.press("Tab")

        assert page.value(f"{focused}.textContent") == "Skip to what happened"
        assert page.value(f"{box}.width > 100 && {box}.height > 20 && {box}.top >= 0")

        page.press("Enter")

        assert page.value(f"{focused}.id") == "history"
        assert page.value(f"scrollY > 500 && Math.abs({box}.top) < 2")
        assert page.value(f"getComputedStyle({focused}).outlineStyle") == "solid"


# -- the command --------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path):
    """
    Return the URL of a store with the case in it.
    """
    path = tmp_path / "cases.sqlite3"
    with SqliteStore(path) as kept:
        Desk(six_steps(), store=kept).import_story(KETTLE.read_text("utf-8"))
    return f"sqlite:///{path}"


def command(*arguments):
    """
    Return what a command writes, and the number it ends with.
    """
    done = CliRunner().invoke(app, ["timeline", *map(str, arguments)])
    return done.output, done.exit_code


def test_a_case_of_a_store_is_drawn_by_the_command(store, picture, tmp_path):
    """
    As text to the terminal, and as a page to a file.
    """
    at = ("--at", "2026-03-10 12:00")
    text, code = command("K-77", "--store", store, *at)

    assert (text, code) == (picture.as_text(), 0)

    page = tmp_path / "page.html"
    said, code = command("K-77", "--store", store, "--html", page, *at)

    assert (said, code) == (f"written to {page}\n", 0)
    assert page.read_text("utf-8") == picture.as_html()


def test_the_command_tells_and_reads_times_in_a_zone(store, kettle):
    """
    A time without an offset is one of the zone; one of the zone that never comes is refused.
    """
    method, case, history = kettle
    zone = ("--zone", "Europe/Berlin")
    text, code = command("K-77", "--store", store, *zone, "--at", "2026-03-10 13:00")
    drawn = timeline(case, history, method=method, at=NOON, zone="Europe/Berlin")

    assert (text, code) == (drawn.as_text(), 0)
    text, code = command("K-77", "--store", store, *zone, "--at", "2026-03-29 02:30")
    assert code == 2
    assert "the clocks of Europe/Berlin show 2026-03-29 02:30 at no time" in text
    text, code = command("K-77", "--store", store, "--zone", "Europe/Berln")
    assert code == 2
    assert "there is no time zone 'Europe/Berln' (did you mean 'Europe/Berlin'?)" in text


def test_names_and_words_are_left_out_by_an_option(store):
    """
    For a training, or a colleague whom it does not concern.
    """
    text, code = command("K-77", "--store", store, "--without-personal-data")

    assert code == 0
    assert "Tomas" not in text
    assert "08:41 open, by Ines" in text
    assert "who acted stays" in " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["K-99"], "there is no case 'K-99'"),
        (["K-77", "--at", "whenever"], "--at: 'whenever' is no time; write one such as"),
        (["K-77", "--at", "2026-03-01 12:00"], "before"),
        (["K-77", "--html", "/nowhere/page.html"], "'/nowhere/page.html' cannot be written"),
        (["K-77", "--method", "none.toml"], "none.toml"),
    ],
)
def test_what_cannot_be_drawn_is_told(store, arguments, message):
    """
    One message, and no traceback.
    """
    said, code = command(*arguments, "--store", store)

    assert code == 2
    assert message in said
    assert "Traceback" not in said


def test_a_case_under_a_method_of_ones_own_tells_how_to_give_it(store):
    """
    Its name, and the option; a method in Python can be written out.
    """
    own = six_steps(sixth="follow_up")
    with SqliteStore(store.removeprefix("sqlite:///")) as kept:
        Desk(own, store=kept).open("P-1", customer="Ana", complaint="Late", by="sam")

    said, code = command("P-1", "--store", store)
    python, _ = command("P-1", "--store", store, "--method", "parcels.py")

    assert code == 2
    assert f"case 'P-1' is under {own.pin}, which is no method that is known here" in said
    assert "give it with --method MODULE:NAME" in said
    assert "--method FILE.toml, as documents.dumps(method) writes it" in said
    assert "a method in Python is no document" in python
    assert "documents.dumps(method)" in python


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("cases.db", "there is no file 'cases.db'"),
        ("sqlite:///nowhere/cases.db", "there is no file 'nowhere/cases.db'"),
    ],
)
def test_a_store_that_is_not_there_is_not_made(url, message):
    """
    Whoever mistypes a path gets no empty store.
    """
    said, code = command("K-77", "--store", url)

    assert code == 2
    assert message in said


def test_the_case_is_not_needed_to_be_read_twice(kettle):
    """
    The picture is pure: the same case and history make the same page.
    """
    method, case, history = kettle

    assert (
        timeline(case, history, method=method).as_html()
        == timeline(Case.replay(history), history, method=method).as_html()
    )
