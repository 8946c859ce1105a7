"""The commands, their options and their exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import metadata
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.text import Text

from complaintflow import AsyncDesk, ComplaintflowError, Desk, documents
from complaintflow._evidence import Mood
from complaintflow.cli._audit import audit
from complaintflow.cli._check import data_of_report, put_report
from complaintflow.cli._demo import perform, stories
from complaintflow.cli._description import summary
from complaintflow.cli._drawing import Format, format_for, format_named, give, keep
from complaintflow.cli._lint import Reading, data_of_findings, put_findings, words_of
from complaintflow.cli._methods import every_method, is_document, method_of
from complaintflow.cli._opening import WHERE, given
from complaintflow.cli._page import FAINT, Page, complain, write, write_data
from complaintflow.cli._reading import STANDARD_INPUT, Unusable, play, read_script, read_text
from complaintflow.cli._stats import stats
from complaintflow.cli._telling import data_of, tell
from complaintflow.cli._timeline import case_of, timeline
from complaintflow.cli._walk import walk
from complaintflow.verification import check

WANTING, UNUSABLE = 1, 2

HELP = """Documented complaint resolution processes that say why not, and what next.

Exit codes: 0 fine, 1 refused or found wanting, 2 unusable input."""

app = typer.Typer(
    help=HELP,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


NAME = "Its name, as `methods` lists it; a document, FILE.toml; or MODULE:NAME of your own."
OF_DEMO = "Its name, as `methods` lists it. Default: all of them, one after the other."
FORMAT = (
    "How to show it: text, json; toml, the document it can be read from; or mermaid, dot, svg or "
    "png, which are diagrams. Default: what FILE ends in, or text."
)
OUTPUT = "A file to write it to. Default: it is shown here."

Name = Annotated[str, typer.Argument(metavar="METHOD", help=NAME)]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]


@contextmanager
def answering() -> Iterator[None]:
    """Turn an exception of the library into one message, and the exit code for unusable input."""
    try:
        yield
    except ComplaintflowError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from None


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Show the help, or the version, where nothing else is asked for."""
    if version:
        write(f"complaintflow {_version()}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")


def _version() -> str:
    try:
        return metadata.version("complaintflow")
    except metadata.PackageNotFoundError:
        return "(run from its source, not installed)"


@app.command("methods", short_help="List the methods, in Python and as documents.")
def list_methods(*, as_json: AsJson = False) -> None:
    """List the methods: those written in Python, and those shipped as documents."""
    every = every_method()
    if as_json:
        write_data([summary(method) for method in every], indent=2)
        return
    page = Page()
    names = ("name", "title", "defined", "states", "acts")
    rows = [
        (
            m.name,
            m.title,
            f"in {m.name}.toml, a document" if is_document(m) else "in Python",
            str(len(m.states)),
            str(len(m.rules)),
        )
        for m in every
    ]
    page.rows([[Text(name, style=FAINT) for name in names], *rows])
    page.write()


@app.command("show", short_help="Show a method: its road, and what it asks for.")
def show(
    name: Name,
    *,
    as_format: Annotated[
        Format | None,
        typer.Option("--format", metavar="FORMAT", parser=format_named, help=FORMAT),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help=OUTPUT)
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A case, to mark where it stands."),
    ] = None,
    store: Annotated[str | None, typer.Option(metavar="STORE", help=WHERE)] = None,
) -> None:
    """
    Show a method: its road as a drawing, and what it asks for, act by act.

    --case and --store mark where a case stands.

    svg and png need the extra complaintflow[diagrams] and the program dot of Graphviz; mermaid,
    dot and text need neither.
    """
    with answering():
        method = method_of(name)
        chosen = format_for(as_format, output)
        at = case_of(method, case, store)
        if output is None:
            give(method, chosen, at)
        else:
            keep(method, chosen, output, at)


@app.command("check", short_help="Prove what can be proved about a method.")
def check_method(
    name: Name,
    *,
    guards: Annotated[
        bool, typer.Option(help="Also leave out each guard, and tell who notices.")
    ] = True,
    act: Annotated[
        list[str] | None,
        typer.Option(metavar="ACT", help="An act of your own that a document names; stood in for."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """
    Prove what can be proved about a method before anybody relies on it.

    Tells each finding with the shortest story that shows it, what never happens, and which
    guards nobody would miss. --act may be given several times. Exits with 1 where something is
    wanting.
    """
    acts = tuple(act or ())
    with answering():
        method = method_of(name, stand_ins=True, acts=acts)
    report = check(method, guards=guards)
    if as_json:
        write_data(data_of_report(report, stood_in=acts), indent=2)
    else:
        page = Page()
        put_report(page, method, report, stood_in=acts)
        page.write()
    if not report.is_clean:
        raise typer.Exit(WANTING)


@app.command("replay", short_help="Tell a story by a method, with every refusal.")
def replay(
    name: Name,
    story: Annotated[
        str, typer.Argument(metavar="STORY", help="A file of JSON Lines; - reads standard input.")
    ],
    *,
    moves_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METHOD",
            help="A method that the story moves the case to; those that are shipped are known.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """
    Tell a story by a method, with every refusal.

    Each act of the story is accepted or refused: with all reasons, the way to a yes, and what the
    method warns of. Last comes the case that was made. --moves-to may be given several times.
    Exits with 1 where an act was refused.
    """
    with answering():
        method = method_of(name)
        others = tuple(method_of(each) for each in moves_to or ())
        script = read_script(story, method, moves_to=(*others, *every_method()))
        told = play(script, method)
    if as_json:
        for data in data_of(told):
            write_data(data)
    else:
        page = Page()
        page.title(method.title, f"told by {script.name}, times in UTC")
        tell(page, told)
        page.write()
    if any(each.refused is not None for each in told):
        raise typer.Exit(WANTING)


@app.command("lint", short_help="Read what is about to be said, by a method's language rules.")
def lint(
    name: Name,
    text: Annotated[
        str,
        typer.Argument(metavar="FILE", show_default=False, help="Default: -, standard input."),
    ] = STANDARD_INPUT,
    *,
    step: Annotated[
        str, typer.Option(metavar="ACT", help="The act that it is said in, such as offer.")
    ],
    mood: Annotated[
        str | None, typer.Option(metavar="MOOD", help="How the customer feels, such as upset.")
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="What the customer said; @FILE reads it from a file."),
    ] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="FACT", help="What is established. Default: nothing is."),
    ] = None,
    heard: Annotated[bool, typer.Option("--heard", help="The same as --fact heard.")] = False,
    limited: Annotated[
        bool, typer.Option("--limited", help="Whoever says it may promise so much and no more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """
    Read what is about to be said, by the language rules of a method.

    Tells each rule that it runs into: a warning, or where the act would be refused. --account and
    --fact may be given several times. Exits with 1 where something was found.
    """
    facts = (*(["heard"] if heard else []), *(fact or ()))
    with answering():
        reading = Reading(
            method_of(name),
            read_text(text),
            step,
            # `lint` says which there are.
            cast("Mood | None", mood),
            tuple(words_of(each) for each in account or ()),
            facts,
            limited,
        )
        findings = reading.findings()
    if as_json:
        write_data(data_of_findings(reading, findings), indent=2)
    else:
        page = Page()
        put_findings(page, reading, findings)
        page.write()
    if findings:
        raise typer.Exit(WANTING)


app.command("audit", short_help="Audit old tickets against a method, or against rules.")(audit)
app.command("walk", short_help="Handle a complaint at the terminal, step by step.")(walk)
app.command("timeline", short_help="Draw a case: what happened, and what may be next.")(timeline)
app.command("stats", short_help="Count the cases of a store or of stories.")(stats)


@app.command("demo", short_help="Watch complaints being handled, one by each method.")
def demo(
    name: Annotated[
        str | None, typer.Argument(metavar="METHOD", show_default=False, help=OF_DEMO)
    ] = None,
    *,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A new file to keep the cases in. Default: a temporary one."
        ),
    ] = None,
) -> None:
    """Watch complaints being handled, one by each method."""
    with answering():
        perform(stories() if name is None else (name,), store)


@app.command("move", short_help="Move cases to another version of their method.")
def move(
    *,
    store: Annotated[str | None, typer.Option(metavar="STORE", help=WHERE)] = None,
    source: Annotated[
        str, typer.Option("--from", metavar="METHOD", help="What they are bound to.")
    ],
    target: Annotated[str, typer.Option("--to", metavar="METHOD", help="Where they go.")],
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="OLD=NEW", help="What a state becomes; OLD= stays."),
    ] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option("--fact", metavar="OLD=NEW", help="What a fact becomes; OLD= is dropped."),
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option("--limit", metavar="OLD=NEW", help="What a time limit becomes; OLD= ends."),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Tell, and do nothing.")] = False,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who moves them.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    as_json: AsJson = False,
) -> None:
    """
    Move cases to another version of their method, or to another method.

    What has the same name in both need not be said. Nothing is marked as done that was not; a
    case goes only where its new method could have brought it. Look first, with --preview. Exits
    with 1 where a case cannot be moved.
    """
    from complaintflow.cli._move import data_of_moves, migration_of, move_in, put_moves

    with answering():
        migration = migration_of(source, target, state or (), fact or (), limit or ())
        report = move_in(given(store), migration, preview=preview, by=by, reason=reason)
    if as_json:
        write_data(data_of_moves(report), indent=2)
    else:
        page = Page()
        put_moves(page, report)
        page.write()
    if not report.is_clean:
        raise typer.Exit(WANTING)


@app.command("worker", short_help="Record deadlines that pass, and hand over notifications.")
def worker(
    *,
    store: Annotated[str | None, typer.Option(metavar="STORE", help=WHERE)] = None,
    desk: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:NAME", help="A desk of your own program, in place of --store."
        ),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            "--method", "-m", metavar="METHOD", help="Whose deadlines. Default: all shipped ones."
        ),
    ] = None,
    notify: Annotated[
        list[str] | None,
        typer.Option(
            metavar="log|URL", help="Whom to tell: https://..., smtp://... Default: nobody."
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="URI", help="Who says so, in webhooks.")
    ] = "urn:complaintflow",
    mail_from: Annotated[
        str | None, typer.Option("--mail-from", metavar="ADDRESS", help="Who writes the letters.")
    ] = None,
    mail_to: Annotated[
        list[str] | None,
        typer.Option("--mail-to", metavar="WHOM=ADDRESS", help="Who gets them: team=a@b.org."),
    ] = None,
    notify_within: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            min=0,
            max=60,
            help="Give up a notifier that takes longer. 0: wait for it, in the same thread.",
        ),
    ] = 60,
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is left to do.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Log lines of JSON.")] = False,
) -> None:
    """
    Record deadlines that pass and hand over notifications, until told to stop.

    SIGTERM or SIGINT lets it finish what it has taken; a second one ends it at once. Any number
    of workers may share a store. --method, --notify and --mail-to may be given several times.
    """
    # A web server's worth of modules, which the other commands do without.
    from complaintflow.cli._worker import (
        Telling,
        desk_at,
        desk_over,
        logging_to_standard_error,
        run_worker,
    )

    telling = Telling(notify or (), source, mail_from, mail_to or ())
    with answering(), logging_to_standard_error(as_json=as_json):
        if desk is None and store is not None:
            at: AbstractContextManager[Desk | AsyncDesk] = desk_over(store, method or (), telling)
        elif desk is not None and store is None and not (method or notify):
            at = desk_at(desk)
        else:
            raise Unusable(
                "give --store STORE and what goes with it, or --desk MODULE:NAME, which has all "
                "of it"
            )
        with at as opened:
            run_worker(opened, once=once, notify_within=notify_within or None)


@app.command("schema", short_help="Print the JSON Schema of methods as documents.")
def schema() -> None:
    """Print the JSON Schema of methods as documents, for editors and other programs."""
    write_data(documents.schema(), indent=2)


def run() -> None:
    """Run the command line."""
    try:
        app(prog_name="complaintflow")
    except OSError as error:
        # Such as a full disk that the help is written to: typer writes that itself.
        complain(str(error))
        sys.exit(UNUSABLE)
