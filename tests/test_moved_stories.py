"""
A case that was moved to another method goes out as a story, and comes back the same.
"""

import json

import pytest
from attrs import evolve
from typer.testing import CliRunner

from complaintflow import (
    Desk,
    EvidenceError,
    Migration,
    StoryError,
    UnknownMethod,
    Within,
    documents,
    read_story,
    replay,
)
from complaintflow.acts import Withdraw
from complaintflow.adapters.memory import MemoryStore
from complaintflow.cli import app
from complaintflow.methods import seven_as, six_steps
from complaintflow.testing import FrozenClock

from .conftest import ACKNOWLEDGE, ASK, EMPATHIZE, LISTEN, MONDAY, OFFER
from .test_evolving import SECOND, SIX, STRICT, moved, renamed, tell

TIMED = six_steps(first_response=Within(2, "hours"))


def story_of(*methods, migration, acts=(), before=(LISTEN,)):
    """
    Return a desk with a case that was moved and went on, and its story.
    """
    store, clock = MemoryStore(), FrozenClock(MONDAY)
    desk = Desk(*methods, store=store, clock=clock)
    tell(Desk(migration.source, store=store, clock=clock), "t-1", *before)
    moved(desk, migration)
    for act in acts:
        desk.record("t-1", act, by="sam")
    return desk, desk.export_story("t-1")


def problems_of(*lines, desk=None):
    """
    Return what an import of lines is refused with.
    """
    with pytest.raises(StoryError) as no:
        (desk or Desk(SECOND, SIX)).import_story("\n".join(lines))
    return no.value.problems


def test_it_comes_back_as_it_was():
    """
    The same entries, bound to the same methods, whichever stands first on the desk.
    """
    desk, story = story_of(
        SECOND, SIX, migration=Migration(SIX, SECOND), acts=[ACKNOWLEDGE, EMPATHIZE, ASK, OFFER]
    )
    for methods in ((SECOND, SIX), (SIX, SECOND)):
        other = Desk(*methods)

        assert desk.get("t-1") == other.import_story(story)
        assert desk.history("t-1") == other.history("t-1")
        assert story == other.export_story("t-1")
        assert other.verify("t-1").is_whole
        assert SECOND.pin == other.get("t-1").pin


def test_it_says_what_became_of_states_facts_and_time_limits():
    """
    What was decided then is decided again, and not guessed.
    """
    target = renamed(six_steps(), "heard", "listened_to")
    migration = Migration(
        TIMED, target, facts={"heard": "listened_to"}, limits={"first_response": None}
    )
    desk, story = story_of(target, TIMED, migration=migration, before=[LISTEN])
    move = json.loads(story.splitlines()[-1])
    again = Desk(target, TIMED)

    assert {"renamed": ["heard=listened_to"]}.items() <= move.items()
    assert desk.get("t-1") == again.import_story(story)
    assert desk.history("t-1") == again.history("t-1")


def test_a_state_a_fact_and_a_limit_that_are_given_up_are_told():
    """
    A case steps back, and what it has no longer stands in the line.
    """
    target = evolve(six_steps(strict=True), version="3")
    migration = Migration(
        TIMED,
        target,
        states={"empathized": "acknowledged"},
        facts={"empathy_shown": None},
        limits={"first_response": None},
    )
    store, clock = MemoryStore(), FrozenClock(MONDAY)
    desk = Desk(target, TIMED, store=store, clock=clock)
    old = Desk(TIMED, store=store, clock=clock)
    tell(old, "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE)
    tell(old, "t-2")
    moved(desk, migration)
    moved(desk, migration, "t-2")
    first, second = (desk.export_story(case_id) for case_id in ("t-1", "t-2"))

    told = json.loads(first.splitlines()[-1])
    assert ("acknowledged", ["empathy_shown"]) == (told["state"], told["dropped"])
    assert ["first_response="] == json.loads(second.splitlines()[-1])["limits"]
    again = Desk(target, TIMED)
    for case_id, story in (("t-1", first), ("t-2", second)):
        assert desk.get(case_id) == again.import_story(story)


def test_a_story_is_moved_on_and_erased():
    """
    Its words go, and where it went does not.
    """
    desk, _ = story_of(SECOND, SIX, migration=Migration(SIX, SECOND))
    desk.erase("t-1", reason="asked", by="sam")
    story = desk.export_story("t-1")

    assert desk.get("t-1") == Desk(SIX, SECOND).import_story(story)


def test_nothing_is_marked_as_done_by_a_line():
    """
    A story that somebody wrote is refused what a desk would refuse.
    """
    _, story = story_of(SECOND, SIX, migration=Migration(SIX, SECOND), before=[LISTEN])
    opening, listening, move = story.splitlines()
    to_strict = move.replace(SECOND.pin, STRICT.pin)
    desk = Desk(SIX, clock=FrozenClock(MONDAY))
    tell(desk, "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE)

    (refused,) = problems_of(
        *desk.export_story("t-1").splitlines(), to_strict, desk=Desk(SIX, STRICT)
    )
    assert "line 5: cannot change_method while empathized" in refused
    (made_up,) = problems_of(
        opening,
        listening,
        move.replace('"to"', '"renamed": ["heard=empathy_shown"], "to"'),
    )
    assert "fact 'heard' is earned by listen" in made_up
    assert '"dropped": ["heard"] has it earned anew' in made_up


def test_a_state_that_is_not_there_is_to_be_said():
    """
    In the words of a story.
    """
    target = evolve(
        SIX,
        version="2",
        states=[evolve(s, name="told") if s.name == "heard" else s for s in SIX.states],
        edges=[
            evolve(
                edge,
                sources=["told" if s == "heard" else s for s in edge.sources],
                target="told" if edge.target == "heard" else edge.target,
            )
            for edge in SIX.edges
        ],
        invariants=(),
        accepted=(),
    )
    desk, story = story_of(target, SIX, migration=Migration(SIX, target, states={"heard": "told"}))
    assert desk.get("t-1") == Desk(SIX, target).import_story(story)
    assert '"state": "told"' in story

    (problem,) = problems_of(
        *story.replace(', "state": "told"', "").splitlines(), desk=Desk(SIX, target)
    )
    assert 'say what it becomes, "state": "..."' in problem


def test_a_method_that_is_not_at_hand_is_told_once():
    """
    What only follows from it, acts that nobody knows, is not.
    """
    _, story = story_of(SECOND, SIX, migration=Migration(SIX, SECOND))
    more = '{"act": "dance", "by": "sam"}'
    (problem,) = problems_of(*story.splitlines(), more, desk=Desk(SIX))

    assert f"line 3: it moves the case to {SECOND.pin}, and the methods at hand" in problem
    assert 2 == len(problems_of(*story.splitlines(), more, "x", desk=Desk(SIX)))


def test_moving_to_where_it_is_is_no_move():
    """
    A method that changes needs another version.
    """
    _, story = story_of(SECOND, SIX, migration=Migration(SIX, SECOND))
    opening, listening, move = story.splitlines()

    (problem,) = problems_of(opening, listening, move.replace(SECOND.pin, SIX.pin))
    assert f"line 3: moving {SIX.pin} to {SIX.pin}: both are" in problem


def test_acts_after_a_move_are_those_of_where_it_went():
    """
    Each line is read by the method that the case is bound to by then.
    """
    _, story = story_of(SECOND, SIX, migration=Migration(SIX, SECOND))
    air = '{"act": "invite_to_air", "by": "sam"}'

    (problem,) = problems_of(*story.splitlines(), air)
    assert "line 4: six_steps has no act 'invite_to_air'" in problem


def test_a_story_is_decided_by_the_method_it_was_opened_under():
    """
    A desk that has it takes it, in the settings of then; with others it takes its own.
    """
    desk = Desk(STRICT, seven_as())
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam", method="seven_as")
    seven = desk.export_story("t-1")

    assert seven_as().pin == Desk(SIX, seven_as()).import_story(seven).pin
    assert seven_as(strict=True).pin == Desk(SIX, seven_as(strict=True)).import_story(seven).pin
    assert SIX.pin == Desk(SIX, seven_as()).import_story(seven, method="six_steps").pin
    with pytest.raises(UnknownMethod, match="seven_as"):
        Desk(SIX).import_story(seven)
    with pytest.raises(StoryError, match="method must be the name of one, or its pin, not 5"):
        Desk(seven_as()).import_story(seven.replace(f'"{seven_as().pin}"', "5"))


def test_replaying_a_move_takes_the_methods():
    """
    They are given, and what is none is told.
    """
    desk, story = story_of(SECOND, SIX, migration=Migration(SIX, SECOND), acts=[Withdraw()])
    lines = read_story(story.split("\n"), SIX, moves_to=[SECOND])
    told = list(replay(SIX, lines, moves_to=iter([SECOND])))

    assert [each.entry for each in told] == list(desk.history("t-1"))
    with pytest.raises(StoryError, match=r"line 3: .*six_steps/2"):
        list(replay(SIX, lines))
    for ask in (
        lambda: read_story(story.split("\n"), SIX, moves_to=["six_steps"]),
        lambda: read_story(story.split("\n"), SIX, moves_to=5),
        lambda: replay(SIX, lines, moves_to=SECOND),
    ):
        with pytest.raises(EvidenceError, match="moves_to must be methods"):
            ask()


def test_the_command_replays_a_move(tmp_path):
    """
    It is given the method as a name or a document, as every other.
    """
    _, story = story_of(STRICT, SIX, migration=Migration(SIX, STRICT))
    (tmp_path / "story.jsonl").write_text(story, encoding="utf-8")
    (tmp_path / "strict.toml").write_text(documents.dumps(STRICT), encoding="utf-8")
    run = CliRunner().invoke
    command = ["replay", "six_steps", str(tmp_path / "story.jsonl")]

    told = run(app, [*command, "--moves-to", str(tmp_path / "strict.toml")])
    assert 0 == told.exit_code, told.output
    assert "change_method" in told.output
    told = run(app, command)
    assert 2 == told.exit_code
    assert "moves the case to" in told.output
