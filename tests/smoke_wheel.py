"""
Try an installed wheel, from outside the tree that it was built from.

Run by `make wheel` with the isolated Python of a fresh environment: `bare`, where only the library
and what it cannot do without are installed, then `extras`, where `[cli,testing]` are there too.
"""

import importlib.metadata
import importlib.util
import pathlib
import subprocess
import sys
import tempfile

EXTRAS = {
    "graphviz",
    "holidays",
    "hypothesis",
    "matplotlib",
    "psycopg",
    "pytest",
    "rich",
    "sqlalchemy",
    "typer",
}

PLUGIN_TEST = """
def test_the_plugin_is_there(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("complaintflow")
"""


def try_bare() -> None:
    """
    The library works alone, and was installed whole.
    """
    import complaintflow

    package = pathlib.Path(complaintflow.__file__).parent
    tree = pathlib.Path(__file__).resolve().parents[1]
    assert not package.is_relative_to(tree), f"{package} is the source tree, not the wheel"
    assert (package / "py.typed").is_file(), "py.typed is missing: nobody sees our types"
    assert importlib.util.find_spec("_complaintflow_pytest_plugin"), "the pytest plugin is missing"
    assert not EXTRAS & set(sys.modules), f"{EXTRAS & set(sys.modules)} imported at start-up"

    missing = [name for name in complaintflow.__all__ if not hasattr(complaintflow, name)]
    assert not missing, f"the front door promises {missing}"

    from complaintflow import documents

    assert documents.all(), "the shipped documents are missing"
    assert documents.schema(), "the schema of documents is missing"

    case = complaintflow.Desk(documents.all()[0]).open("1", customer="a", complaint="b", by="c")
    assert case.state == "received", "a case cannot be opened"
    draws = package / "rendering" / "timeline.css"
    assert draws.is_file(), "the style sheet of timelines is missing"

    shipped = importlib.metadata.files("complaintflow") or []
    strays = {
        file.parts[0]
        for file in shipped
        if not file.parts[0].startswith(("complaintflow", "_complaintflow_pytest_plugin"))
        and file.parts[0] not in {"..", "__pycache__"}
    }
    assert not strays, f"the wheel also installs {strays}"
    assert importlib.metadata.metadata("complaintflow")["License-Expression"] == "MIT"


def try_extras() -> None:
    """
    The command line tells a story, and pytest finds the plugin.
    """
    run = [sys.executable, "-I", "-m"]
    subprocess.run([*run, "complaintflow", "demo"], check=True, stdout=subprocess.DEVNULL)
    script = pathlib.Path(sys.executable).with_name("complaintflow")
    subprocess.run([script, "--help"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "test_plugin.py").write_text(PLUGIN_TEST)
        subprocess.run([*run, "pytest", "--quiet", "-p", "no:cacheprovider", folder], check=True)


if __name__ == "__main__":
    {"bare": try_bare, "extras": try_extras}[sys.argv[1]]()
    print(f"The wheel works ({sys.argv[1]}).")
