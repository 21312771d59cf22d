"""One workflow that looks at what comes in, through the official SDK: a film that is known already is stopped by its
fingerprint, a marked one by the review, and all else gets a cover."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client
from alibabacloud_tea_openapi.models import Config

from codes import qr
from e2e.stories import COPY, LD_MP4, draw, media, report, run, start, status, transcode
from running import KEY, LOCATION, SECRET, Running, running

pytestmark = pytest.mark.slow
FILM = Path(__file__).parents[2] / "src/reelmill/cli/clips/big_buck_bunny.mp4"
ORDER = ("start", "known", "small", "review", "film", "cover", "end")


def edited(path: Path, *words: str) -> Path:
    """The clip that ships with the project, once more."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-t", "3", "-i", str(FILM), *words, "-an", str(path)]
    subprocess.run(argv, check=True)
    return path


def marked(folder: Path) -> Path:
    """Another film, with a code in its pictures."""
    (folder / "code.pgm").write_bytes(qr("https://example.org/win", 160))
    inputs = ("-f", "lavfi", "-t", "3", "-i", "testsrc2=size=640x360:rate=24", "-i", str(folder / "code.pgm"))
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs, "-filter_complex", "overlay=20:20"]
    subprocess.run([*argv, str(folder / "marked.mp4")], check=True)
    return folder / "marked.mp4"


def looked(sdk: Client, server: Running) -> str:
    """start -> fingerprint -> a small film -> review of it -> the film -> cover -> report."""
    library = server.client.call("CreateFpShotDB", Name="films")["FpShotDB"]["FpDBId"]
    queue = sdk.add_pipeline(m.AddPipelineRequest(name="all")).body.pipeline.id
    cover = {"OutputFile": {"Bucket": "vod-out", "Location": LOCATION, "Object": "{RunId}/cover-{Count}.jpg"}}
    found = {"FpShotConfig": {"FpDBId": library, "SaveType": "save"}, "AbortCondition": "duplicate"}
    activities = {
        "start": start(str(queue), "in/"),
        "review": {
            "Type": "Censor",
            "Parameters": {"CensorConfig": json.dumps({"Scenes": ["ad"]}), "AbortCondition": "review,block"},
        },
        "known": {"Type": "FpShot", "Parameters": found},
        "cover": {"Type": "Cover", "Parameters": {"CoverConfig": cover, "MediaCover": True}},
        "small": transcode("{RunId}/small", LD_MP4),
        "film": transcode("{RunId}/film", COPY),
        "end": report("Auto"),
    }
    return draw(sdk, "looked", activities, {name: [after] for name, after in pairwise(ORDER)})


def test_what_is_marked_or_known_goes_no_further_and_the_rest_gets_a_cover(tmp_path: Path) -> None:
    with running(tmp_path / "home", ai="true") as server:
        where = {"endpoint": f"127.0.0.1:{server.port}", "protocol": "http"}
        sdk = Client(Config(access_key_id=KEY, access_key_secret=SECRET, **where))
        server.client.call("BindInputBucket", Bucket="vod-in")
        server.client.call("BindOutputBucket", Bucket="vod-out")
        server.put("vod-in", "in/good.mp4", edited(tmp_path / "good.mp4", "-vf", "scale=640:-2"))
        server.put("vod-in", "in/again.webm", edited(tmp_path / "again.webm", "-vf", "scale=320:-2", "-c:v", "libvpx"))
        server.put("vod-in", "in/marked.mp4", marked(tmp_path))
        workflow = looked(sdk, server)
        told = {name: run(sdk, workflow, f"in/{name}") for name in ("good.mp4", "again.webm", "marked.mp4")}
        behind = {name: [one.state for one in run.activity_list.activity] for name, run in told.items()}
        assert [one.name for one in told["good.mp4"].activity_list.activity] == list(ORDER)
        assert behind == {
            "good.mp4": ["Success"] * 7,
            "again.webm": ["Success"] * 2 + ["Skipped"] * 4 + ["Success"],  # it is not encoded again
            "marked.mp4": ["Success"] * 4 + ["Skipped"] * 2 + ["Success"],
        }
        medias = {name: media(sdk, one.media_id) for name, one in told.items()}
        assert {name: one.publish_state for name, one in medias.items()} == {
            "good.mp4": "Published",
            "again.webm": "Initiated",
            "marked.mp4": "UnPublish",  # the small film was made, and nobody may see it
        }
        assert {name: one.censor_state for name, one in medias.items()} == {
            "good.mp4": "Pass",
            "again.webm": "Initiated",  # nobody has looked at it
            "marked.mp4": "Review",
        }
        assert medias["good.mp4"].cover_url.endswith(f"{told['good.mp4'].run_id}/cover-00001.jpg")
        assert status(f"{server.url}/vod-out/{told['good.mp4'].run_id}/cover-00001.jpg") == 200
        assert not medias["marked.mp4"].cover_url and not medias["again.webm"].cover_url
