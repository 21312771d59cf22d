"""A release is made only of what is committed and told of."""

import re
import subprocess
from pathlib import Path

import pytest

from reelmill import __version__
from reelmill.cli import release
from reelmill.core.errors import SettingError
from running import ROOT

_TOLD = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-01-02

### Added

- More.

## [1.1.0] - 2025-12-01

- Less.
"""


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "CHANGELOG.md").write_text(_TOLD)
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def test_the_notes_of_a_version_are_its_section_alone() -> None:
    assert release.section(_TOLD, "1.2.0") == "### Added\n\n- More."
    assert release.section(_TOLD, "1.1.0") == "- Less."
    assert release.section(_TOLD, "Unreleased") == release.section(_TOLD, "1.0.0") == ""


def test_a_clean_tree_that_tells_of_the_version_is_ready(tree: Path) -> None:
    assert release.ready(tree, "1.2.0") == "### Added\n\n- More."


def test_what_is_not_committed_stands_in_the_way(tree: Path) -> None:
    (tree / "more.txt").write_text("more")
    with pytest.raises(SettingError, match=re.escape("not clean; commit or remove first:\n?? more.txt")):
        release.ready(tree, "1.2.0")


def test_a_version_of_which_the_changelog_says_nothing_stands_in_the_way(tree: Path) -> None:
    with pytest.raises(SettingError, match=re.escape("no section '## [1.3.0] - YEAR-MONTH-DAY'")):
        release.ready(tree, "1.3.0")


def test_a_released_version_is_not_released_again(tree: Path) -> None:
    _git(tree, "tag", "v1.2.0")
    with pytest.raises(SettingError, match=re.escape("v1.2.0 is there already")):
        release.ready(tree, "1.2.0")


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert versions[0] == "Unreleased"
    numbers = [tuple(int(part) for part in version.split(".")) for version in versions[1:]]
    assert numbers == sorted(set(numbers), reverse=True)
    assert all(number <= tuple(int(part) for part in __version__.split(".")) for number in numbers)
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
