"""The documentation is complete and in step with the code."""

import json
import re
from pathlib import Path

import pytest

from reelmill.cli import gendocs
from reelmill.core.errors import CODES
from reelmill.core.failpoints import POINTS
from reelmill.engine.registry import nodes
from reelmill.settings import table

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", gendocs.FILES)
def test_a_generated_page_is_in_step_with_the_code(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == gendocs.FILES[name](), (
        "run: PYTHONPATH=src .venv/bin/python -m reelmill.cli.gendocs"
    )


@pytest.mark.parametrize(
    ("page", "words"),
    [("settings.md", table()), ("errors.md", CODES), ("failpoints.md", POINTS), ("nodes.md", nodes())],
)
def test_every_thing_that_has_a_name_is_documented(page: str, words: "list[str]") -> None:
    """Each has a row, or a heading, of its own, and no row tells of what is not there any more. That a word occurs
    somewhere says nothing: `home` does in many."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    told = re.findall(r"^## (\w+)", text, re.MULTILINE) or re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert sorted(told) == sorted(words)


def test_every_promise_has_its_test() -> None:
    text = (ROOT / "docs/explain/promises.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| What ")]
    named = [re.findall(r"(tests/[\w/]+\.py)::(\w+)", row) for row in rows]
    assert len(rows) > 20 and all(named)
    assert [
        f"{file}::{name}"
        for row in named
        for file, name in row
        if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ] == []


def test_every_locked_package_has_its_licence_listed() -> None:
    names = ("requirements.lock", "requirements-ai.lock", "requirements-speech.lock", "requirements-apprise.lock")
    locks = "".join((ROOT / name).read_text() for name in names)
    packages = set(re.findall(r"^([a-z0-9-]+)==", locks, re.MULTILINE))
    text = (REFERENCE / "licences.md").read_text(encoding="utf-8")
    assert [name for name in packages if f"| {name} |" not in text] == []


def test_every_package_of_the_console_has_its_licence_listed() -> None:
    lock = json.loads((ROOT / "console" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = {
        path.rpartition("node_modules/")[2]
        for path, package in lock.items()
        if path and not package.keys() & {"dev", "devOptional", "optional", "peer"}
    }
    text = (REFERENCE / "licences.md").read_text(encoding="utf-8")
    assert shipped and sorted(name for name in shipped if f"`{name}`" not in text) == []


def test_the_lock_of_the_console_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "console" / "package-lock.json").read_text(encoding="utf-8")


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    dead = [
        f"{page.relative_to(ROOT)} -> {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not link.startswith(("http://", "https://")) and not (page.parent / link).exists()
    ]
    assert dead == []
