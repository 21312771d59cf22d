"""Installs the stranger's package into a folder, as pip would do it: its modules, and metadata that tell its entry
points. Without pip, which needs a network for the tools that build."""

import shutil
import tomllib
from pathlib import Path

SOURCE = Path(__file__).parent / "proof"


def install(folder: Path, version: str = "1", keeps_older: bool = False) -> Path:
    """A folder for PYTHONPATH. `version` of the node, and whether it still knows how version 1 worked."""
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shutil.copytree(SOURCE / "reelmill_proof", folder / "reelmill_proof", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "reelmill_proof" / "which.py").write_text(f'VERSION = "{version}"\nKEEPS_OLDER = {keeps_older}\n')
    about = folder / f"reelmill_proof-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    told = ""
    for group, found in project["entry-points"].items():
        told += f"[{group}]\n" + "".join(f"{name} = {what}\n" for name, what in found.items())
    (about / "entry_points.txt").write_text(told)
    return folder
