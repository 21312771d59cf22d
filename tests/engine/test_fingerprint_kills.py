"""kill -9 while a library keeps a film: what was half written is nobody's, and films are found as before."""

import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from engine.fingerprinting import ended, submitted
from running import Running

pytestmark = pytest.mark.slow
SAMPLE = 96  # bytes of a sample of picture


def film(path: Path, picture: str) -> Path:
    """Six seconds of a picture that moves, without sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "lavfi", "-i", f"{picture}=size=192x108:rate=8"]
    subprocess.run([*argv, "-t", "6", "-c:v", "libx264", "-preset", "ultrafast", str(path)], check=True)
    return path


def known(job: dict[str, Any]) -> set[str]:
    return {one["PrimaryKey"] for one in job["FpShotResult"]["FpShots"]["FpShot"]}


def test_a_film_whose_prints_were_half_kept_is_kept_once_and_found(tmp_path: Path) -> None:
    server = Running(tmp_path / "home", ai="true")
    try:
        server.start(60, REELMILL_FAILPOINT="prints appended:2")
        call = server.client.call
        call("BindInputBucket", Bucket="cin")
        call("AddPipeline", Name="prints", Speed="AIVideoFPShot")
        library = call("CreateFpShotDB", Name="films")["FpShotDB"]["FpDBId"]
        for name, picture in (("one.mp4", "testsrc2"), ("two.mp4", "mandelbrot")):
            server.put("cin", name, film(tmp_path / name, picture))
        assert ended(server, submitted(server, library, "one", "forcesave", "one.mp4"))["State"] == "Success"
        second = submitted(server, library, "two", "forcesave", "two.mp4")
        assert server.died(60), "the prints of the second film were never kept"
        (samples,) = (server.home / "fingerprints").glob("*/samples")
        assert samples.stat().st_size > 12 * SAMPLE, "the second film lies there, and no row tells of it"
        server.start(60)
        assert ended(server, second)["State"] == "Success"
        assert samples.stat().st_size == 24 * SAMPLE, "each film lies there once"
        listed = call("ListFpShotFiles", FpDBId=library)["FpShotFileList"]["FpShotFile"]
        assert sorted(one["PrimaryKey"] for one in listed) == ["one", "two"]
        for name in ("one", "two"):
            assert known(ended(server, submitted(server, library, "copy", "nosave", f"{name}.mp4"))) == {name}
    finally:
        server.kill()
