"""Recordings of a whole multiplex: the sound belongs to the picture."""

import itertools
import struct
from pathlib import Path

import pytest

from clips import ffmpeg
from e2e.outputs import make, spec

_STREAMS = "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -f lavfi -i sine=f=300:d=2 -f lavfi -i sine=f=1000:d=2"
_CODED = "-c:v libx264 -preset ultrafast -g 25 -c:a mp2"


def pitch(path: Path) -> float:
    raw = path.with_suffix(".pcm")
    ffmpeg(f"-i {path} -map 0:a -ac 1 -ar 8000 -f s16le", f"file:{raw}")
    samples = struct.unpack(f"<{raw.stat().st_size // 2}h", raw.read_bytes())[800:8800]
    return sum(a < 0 <= b for a, b in itertools.pairwise(samples))


@pytest.mark.parametrize(
    ("order", "heard"),
    [
        ("-map 1 -map 0 -map 2 -program st=0 -program st=1:st=2", 1000),
        ("-map 0 -map 1 -map 2 -program st=0:st=1 -program st=2", 300),
        ("-map 1 -map 0 -map 2 -program st=0:st=1:st=2", 300),
        ("-map 1 -map 0 -map 2 -program st=0:st=2 -program st=1", 300),
    ],
    ids=["radio first", "radio behind it", "one programme", "without sound of its own"],
)
async def test_the_sound_is_that_of_the_programme(order: str, heard: int, tmp_path: Path) -> None:
    source = tmp_path / "multiplex.ts"
    ffmpeg(f"{_STREAMS} {_CODED} {order} -f mpegts", f"file:{source}")
    assert pitch((await make(tmp_path, source, spec("mp4"))).path()) == pytest.approx(heard, rel=0.02)
