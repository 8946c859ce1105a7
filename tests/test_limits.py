"""
Presets: time limits of regulators, each with where it stands.
"""

from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from complaintflow import Desk, Rule, TimeError, TimeLimit, Within, stays
from complaintflow.acts import Act, Said, act
from complaintflow.adapters.calendars import holiday_calendars
from complaintflow.limits import PRESETS, preset
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock

TODAY = date(2026, 11, 26)
RECEIVED = datetime(2026, 12, 23, 12, tzinfo=UTC)


def made(name, **settings):
    """
    Return a preset as a time limit, in London and from today on.
    """
    given = {"starts": "open", "ends": "close", "zone": "Europe/London", "on": TODAY}
    return preset(name).limit(**given | settings)


@pytest.mark.parametrize("each", PRESETS, ids=lambda each: each.id)
def test_every_preset_says_where_it_stands(each):
    """
    And that it is no legal advice.
    """
    told = str(each)

    assert each.source in told
    assert each.section in told
    assert "checked on 2026-" in told
    assert told.endswith("no legal advice")
    assert date(2026, 1, 1) <= each.checked_on
    assert each.confidence in {"text", "quoted", "secondary"}


def test_names_are_given_once():
    """
    A second row of one name could never be asked for.
    """
    assert len(PRESETS) == len({each.id for each in PRESETS})


@pytest.mark.parametrize("each", PRESETS, ids=lambda each: each.id)
def test_every_preset_is_a_time_limit_of_a_method(each):
    """
    With its source as its clause, and the days of its calendar counted.
    """
    calendar = {} if each.within.unit != "business_days" else {"calendar": "GB"}
    limit = each.limit(starts="open", ends="close", zone="Europe/London", on=TODAY, **calendar)
    method = evolve(six_steps(), limits=[limit])

    assert (f"{each.source}, {each.section}",) == limit.cites
    assert RECEIVED < limit.deadline(RECEIVED, holiday_calendars(*method.calendars)).due


@pytest.mark.parametrize(
    ("name", "settings", "due"),
    [
        # Eight weeks after a Wednesday is a Wednesday, to its end.
        ("uk_fca_final_response", {}, datetime(2027, 2, 18, tzinfo=UTC)),
        # 24, 29 and 30 December: the 25th and the 28th are holidays.
        ("uk_fca_third_business_day", {}, datetime(2026, 12, 31, tzinfo=UTC)),
        ("uk_fca_third_business_day", {"closes": "17:00"}, datetime(2026, 12, 30, 17, tzinfo=UTC)),
        ("au_rg271_standard", {"zone": "Australia/Sydney"}, datetime(2027, 1, 22, 13, tzinfo=UTC)),
        ("uk_housing_acknowledgement", {}, datetime(2027, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_preset_is_counted_as_its_source_counts(name, settings, due):
    """
    The day of receipt is not counted, and the last day counts to its end or the close of business.
    """
    deadline = made(name, **settings).deadline(RECEIVED, holiday_calendars("GB", "GB-ENG"))

    assert due == deadline.due


def test_a_preset_takes_reminders_and_another_calendar():
    """
    Whose days count where a directive applies, is for national law to say.
    """
    limit = made("eu_psd2_reply", calendar="AT", reminders=Within(2))

    assert "AT" == limit.within.calendar
    assert (Within(2, zone="Europe/London"),) == limit.reminders


def test_reminders_of_a_preset_are_counted_as_it_is():
    """
    A day before the end of a Monday in Sydney is its Friday, and not a weekend in Greenwich.
    """
    zone = "Australia/Sydney"
    limit = made("uk_housing_stage_1", zone=zone, reminders=Within(1, "business_days"))
    received = datetime(2026, 11, 16, 1, tzinfo=UTC)
    deadline = limit.deadline(received, holiday_calendars("GB-ENG"))

    assert (Within(1, "business_days", zone=zone, calendar="GB-ENG"),) == limit.reminders
    assert datetime(2026, 11, 30, 13, tzinfo=UTC) == deadline.due
    assert (datetime(2026, 11, 29, 13, tzinfo=UTC),) == deadline.reminders


def test_reminders_that_say_how_they_are_counted_are_left_alone():
    """
    And hours are nowhere counted on a calendar; what is no span is told by the method.
    """
    given = [Within(1, zone="Europe/Paris"), Within(2, "business_days", calendar="FR"), Within(4)]
    limit = made("uk_housing_stage_1", reminders=[*given, Within(5, "hours"), "soon"])

    assert ("Europe/Paris", "Europe/London", "Europe/London", "UTC") == tuple(
        each.zone for each in limit.reminders[:4]
    )
    assert (None, "FR", None, None) == tuple(each.calendar for each in limit.reminders[:4])
    assert "soon" == limit.reminders[4]


def test_a_preset_that_does_not_hold_yet_is_refused_unless_forced():
    """
    Nobody is late by a rule that has not begun.
    """
    early = date(2024, 3, 31)
    with pytest.raises(TimeError) as error:
        made("uk_housing_stage_1", on=early)

    assert (
        "uk_housing_stage_1 holds from 2024-04-01 on, and not on 2024-03-31; set forced=True to "
        "use it all the same"
    ) == str(error.value)
    assert made("uk_housing_stage_1") == made("uk_housing_stage_1", on=early, forced=True)
    assert made("uk_fca_final_response", on=date(1999, 1, 1)), "since when, was not established"


def test_a_name_that_is_none_is_told():
    """
    With what it may have been meant to be.
    """
    with pytest.raises(TimeError, match=r"no preset 'uk_fca_final' .did you mean 'uk_fca_"):
        preset("uk_fca_final")


# -- a holding reply ----------------------------------------------------------------------------


@act
class HoldingReply(Act):
    """Tell the customer why the final reply takes longer."""

    reasons: Said


@pytest.fixture
def held():
    """
    Return a desk on which a reply may be a holding one, and the last day counts from the receipt.
    """
    plain = six_steps()
    reply = made("eu_psd2_reply", ends=["holding_reply", "close"])
    final = TimeLimit("final", "no final reply", Within(35, "business_days"), "open", "close")
    method = evolve(
        plain,
        version="psd2",
        rules=[*plain.rules, Rule(HoldingReply, in_way=False)],
        edges=[*plain.edges, *stays([s.name for s in plain.states if not s.final], HoldingReply)],
        limits=[reply, final],
    )
    desk = Desk(method, clock=FrozenClock(RECEIVED))
    desk.open("t-1", customer="ana", complaint="I was charged twice", by="sam")
    return desk


def test_a_holding_reply_ends_the_first_limit_and_moves_no_other(held):
    """
    The last day is counted from the receipt, and not from the holding reply.
    """
    before = {d.code: d.due for d in held.get("t-1").deadlines}
    held._at._clock.advance(days=10)
    held.record("t-1", HoldingReply("We wait for the other bank."), by="sam")

    assert {"final": before["final"]} == {d.code: d.due for d in held.get("t-1").deadlines}


def test_a_holding_reply_that_comes_too_late_undoes_no_breach(held):
    """
    A breach is permanent, whatever is said afterwards.
    """
    held._at._clock.advance(days=30)
    held.tick()
    case = held.record("t-1", HoldingReply("We wait for the other bank."), by="sam")

    assert ["eu_psd2_reply"] == [breach.code for breach in case.breaches]
