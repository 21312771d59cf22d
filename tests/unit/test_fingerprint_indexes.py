"""Indexes of large fingerprint libraries: made where they pay, by whoever asks, and kept beside the prints."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from reelmill.core.model import Task
from reelmill.engine import context
from reelmill.engine import fingerprints as keeping
from reelmill.media import fingerprints
from reelmill.media.fingerprints import INDEX, INDEXED
from reelmill.media.tools import Tools
from reelmill.testkit import LocalIO

FAILED = {"failure": {"code": "ServiceUnavailable"}}


def asked(home: Path, samples: int, items: int, *, fails: bool = False) -> list[str]:
    """The tasks that somebody who compares asks for."""
    made: list[str] = []

    async def make(task: Task) -> Mapping[str, Any]:
        made.append(task.name)
        (home / "work/batch" / task.name).mkdir(parents=True)
        (home / "work/batch" / task.name / INDEX).write_text(task.name)
        return FAILED if fails else {"failure": None}

    host = cast(context.HostContext, SimpleNamespace(work=home / "work"))
    library = {"id": "l", "generation": 0, "samples": samples, "items": items}
    asyncio.run(keeping._index(host, "batch", library, make))
    return made


def test_each_question_makes_one_index_that_lacks(tmp_path: Path) -> None:
    folder = tmp_path / "fingerprints/l-0"
    folder.mkdir(parents=True)
    heads, sounds = INDEXED["heads"], INDEXED["sounds"]
    assert asked(tmp_path, heads - 1, sounds - 1) == []
    assert asked(tmp_path, 2 * heads, sounds) == ["index-heads-0"]
    assert asked(tmp_path, 2 * heads, sounds) == ["index-heads-1"]
    assert asked(tmp_path, 2 * heads, sounds) == ["index-sounds-0"]
    assert asked(tmp_path, 2 * heads, sounds) == []
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "heads-0": "index-heads-0",
        "heads-1": "index-heads-1",
        "sounds-0": "index-sounds-0",
    }


def test_what_cannot_be_made_or_kept_harms_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "fingerprints/l-0"
    assert asked(tmp_path, INDEXED["heads"], 0) == ["index-heads-0"] and not folder.exists()
    folder.mkdir(parents=True)
    assert asked(tmp_path / "other", INDEXED["heads"], 0, fails=True) == ["index-heads-0"]
    assert list(folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "size"), [("heads", 24), ("sounds", 4)])
def test_an_index_is_made_within_the_bounds_of_its_program(kind: str, size: int, tmp_path: Path) -> None:
    with (tmp_path / kind).open("wb") as library:
        library.truncate(INDEXED[kind] * size)
    io = LocalIO(tmp_path / kind, tmp_path / "work", tmp_path / "out", tools=Tools(ai=True))
    (made,) = asyncio.run(io.execute([fingerprints.index(kind, str(tmp_path), 0)]))
    assert made.failure is None and made.files[INDEX] > INDEXED[kind] * 8
