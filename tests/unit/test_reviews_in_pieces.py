"""A long film is looked at in pieces: the result is that of a film that is looked at in one go."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from codes import qr
from reelmill.core.model import JobSpec
from reelmill.infer import reviews as infer_reviews
from reelmill.infer.program import Unusable
from reelmill.media import fingerprints, reviews
from reelmill.media.tools import Tools
from reelmill.nodes import censor, fingerprint
from reelmill.testkit import LocalIO


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of white, with a code from the third to the fourth."""
    folder = tmp_path_factory.mktemp("film")
    (folder / "code.pgm").write_bytes(qr("https://example.com/win", 200))
    drawn = "[0:v][1:v]overlay=80:10:enable='between(t,2.1,3.9)',format=yuv420p"
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "color=white:size=640x360:rate=10"]
    argv += ["-i", str(folder / "code.pgm"), "-filter_complex", drawn, "-t", "6", str(folder / "film.mp4")]
    subprocess.run(argv, check=True)
    return folder / "film.mp4"


def reviewed(film: Path, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """(what the job tells, the tasks that were made)"""
    io = LocalIO(film, folder / "work", folder / "out", tools=Tools(ai=True))
    config = {"Scenes": ["ad"], "SaveType": "all", "OutputFile": {"Bucket": "b", "Object": "{Count}.jpg"}}
    told = asyncio.run(censor.run([JobSpec("j", None, censor.spec(config, {}, words={}))], io))["j"]
    assert told.failure is None and len(io.published) == 12
    return dict(told.result), io.tasks


def test_the_pieces_tell_what_the_whole_tells(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, tasks = reviewed(film, tmp_path / "whole")
    assert "look" in tasks and not any("-p" in name for name in tasks)
    monkeypatch.setattr(reviews, "PIECE", 5)
    pieces, tasks = reviewed(film, tmp_path / "pieces")
    assert pieces == whole and whole["suggestion"] == "review"
    assert [name for name in tasks if name.startswith("look")] == ["look-p1", "look-p2", "look-p3", "look"]
    assert not list((tmp_path / "pieces" / "work" / "look-p1").glob("*.jpg")), "the pictures lie in one folder"


def test_letters_are_read_in_pieces_too(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "PIECE", 5)
    io = LocalIO(film, tmp_path / "work", tmp_path / "out", tools=Tools(ai=True))
    spec = {
        "look": fingerprints.TEXTS,
        "config": {"FpDBId": "0" * 32, "PrimaryKey": "k", "SaveType": "nosave"},
        "abort": "",
        "least_seconds": 5.0,
        "least_similarity": 0.0,
    }
    asyncio.run(fingerprint.run([JobSpec("j", None, spec)], io))
    assert io.tasks[:5] == ["pictures", "look-p1", "look-p2", "look-p3", "texts"]
    assert {one.name for one in (tmp_path / "work/texts").iterdir()} >= {"texts"}


def test_pictures_that_cannot_be_read_count_for_the_whole_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    order = {"scenes": ["live"], "film": True, "images": 0, "rate": 2.0}
    Path("part.json").write_text(json.dumps(order | {"part": True}))
    Path("order.json").write_text(json.dumps(order))
    Path("f000001.jpg").write_bytes(b"no picture")
    infer_reviews.main("look", "part.json", "one.json")
    Path("two.json").write_text(json.dumps(json.loads(Path("one.json").read_text()) | {"frames": [{}]}))
    infer_reviews.main("look", "order.json", "seen.json", "one.json", "two.json")
    assert json.loads(Path("seen.json").read_text())["frames"] == [None, {}]
    with pytest.raises(Unusable, match="unreadable"):
        infer_reviews.main("look", "order.json", "seen.json", "one.json", "one.json")
