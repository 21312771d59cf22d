"""`mill release`: a tag, a wheel with the console, and its checksum, made of a clean tree whose changelog tells of the
version. Nothing leaves the machine."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

from reelmill import __version__
from reelmill.cli import developer
from reelmill.core.errors import SettingError

_HEADING = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


def release(folder: Path) -> list[Path]:
    """The files of the release of this version, written into the folder; the commit is tagged last. SettingError when
    something stands in the way."""
    root = developer.root()
    notes = ready(root, __version__)
    # the same commit gives the same archive: times in it are those of the commit
    os.environ["SOURCE_DATE_EPOCH"] = _git(root, "log", "-1", "--format=%ct")
    if developer.wheel(folder):
        raise SettingError("The wheel could not be built; see above. Nothing was tagged.")
    files = [*folder.glob(f"reelmill-{__version__}-*.whl")]
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files))
    _git(root, "tag", "--annotate", f"v{__version__}", "--message", f"ReelMill {__version__}\n\n{notes}")
    return [*files, sums]


def ready(root: Path, version: str) -> str:
    """What the changelog says of the version. SettingError when it, the tree or the tags speak against a release."""
    if changes := _git(root, "status", "--porcelain"):
        raise SettingError(f"The tree is not clean; commit or remove first:\n{changes}")
    notes = section((root / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    if not notes:
        raise SettingError(
            f"CHANGELOG.md has no section '## [{version}] - YEAR-MONTH-DAY' with words in it. Give what stands under "
            f"[Unreleased] this heading; the version stands in src/reelmill/__init__.py."
        )
    if _git(root, "tag", "--list", f"v{version}"):
        raise SettingError(f"The tag v{version} is there already. A released version never changes: raise it.")
    return notes


def section(changelog: str, version: str) -> str:
    """What stands under the dated heading of a version; "" where there is none."""
    headings = list(_HEADING.finditer(changelog))
    for heading, after in zip(headings, [*headings[1:], None], strict=True):
        if heading["version"] == version and heading["date"]:
            return changelog[heading.end() : after.start() if after else None].strip()
    return ""


def _git(root: Path, *words: str) -> str:
    ran = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True)
    if ran.returncode:
        raise SettingError(f"git {words[0]}: {ran.stderr.strip()}")
    return ran.stdout.strip()
