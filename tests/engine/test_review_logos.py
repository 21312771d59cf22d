"""Logos of an account in a running server: made from a bucket and from a request, found in films and cover images, told
with time, picture and place; nobody else's."""

import base64
import struct
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

import databases
from reelmill.cli.client import Client, Refused
from reelmill.services import accounts
from running import LOCATION, Running, running, until
from unit.test_providers import drawn_on, ground, logo

pytestmark = pytest.mark.slow
SEEN = (1.0, 2.0)  # seconds in which the logo stands


def png(drawn: Any) -> bytes:
    return bytes(cv2.imencode(".png", drawn)[1].tobytes())


SENT = base64.b64encode(png(logo(False))).decode()
ASKED = {"Name": "l", "Label": "logo", "Suggestion": "review"}


@dataclass
class World:
    server: Running
    folder: Path

    def call(self, action: str, **values: Any) -> dict[str, Any]:
        return self.server.client.call(action, **values)

    def review(self, images: list[str] | None = None) -> dict[str, Any]:
        """The job, when it has ended."""
        config = {"Scenes": ["logo", "live"], "OutputFile": place("seen/{Count}.jpg", "cout")}
        asked = {"Input": place("film.mp4"), "VideoCensorConfig": config}
        more = {"CoverImages": [place(one) for one in images]} if images else {}
        job = self.call("SubmitMediaCensorJob", **asked, **more)["JobId"]

        def ended() -> Any:
            told = self.call("QueryMediaCensorJobDetail", JobId=job)["MediaCensorJobDetail"]
            return told if told["State"] in ("Success", "Fail") else None

        return dict(until(ended, 60, "the review has ended"))


def place(key: str, bucket: str = "cin") -> dict[str, str]:
    return {"Bucket": bucket, "Location": LOCATION, "Object": key}


def scenes(job: dict[str, Any]) -> dict[str, tuple[str, str]]:
    assert job["State"] == "Success", job
    found = job["VensorCensorResult"]["CensorResults"]["CensorResult"]
    return {one["Scene"]: (one["Label"], one["Suggestion"]) for one in found}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("logos")
    cv2.imwrite(str(folder / "logo.png"), logo(True))
    cv2.imwrite(str(folder / "clear.png"), ground())
    cv2.imwrite(str(folder / "marked.png"), drawn_on(ground(), logo(True), 120))
    stands = f"overlay=500:20:enable='gte(t,{SEEN[0]})*lt(t,{SEEN[1]})'"
    film = ["-loop", "1", "-t", "3", "-r", "10", "-i", "clear.png", "-i", "logo.png"]
    graph = f"[1:v]scale=120:50[l];[0:v][l]{stands},format=yuv420p"
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *film, "-filter_complex", graph, "film.mp4"]
    subprocess.run(argv, check=True, cwd=folder)
    with running(folder / "home", ai="true", regions="cn-shanghai") as server:
        server.client.call("BindInputBucket", Bucket="cin")
        server.client.call("BindOutputBucket", Bucket="cout")
        server.client.call("AddPipeline", Name="eyes", Speed="AIVideoCensor")
        for name in ("film.mp4", "logo.png", "clear.png", "marked.png"):
            server.put("cin", name, folder / name)
        yield World(server, folder)


def test_a_logo_is_found_with_its_time_its_picture_and_its_place(world: World) -> None:
    assert scenes(world.review())["logo"] == ("", "unavailable"), "nobody has said what to look for"
    asked = {"Input": place("logo.png"), "Label": "TV", "Suggestion": "block"}
    made = world.call("AddCensorLogo", Name="channel ${source}", **asked)["CensorLogo"]
    assert (made["Width"], made["Height"], made["Input"]) == (240, 100, place("logo.png"))
    world.server.put("cin", "logo.png", world.folder / "clear.png")  # what is kept is a copy
    job = world.review(["marked.png", "clear.png"])
    assert job["Suggestion"] == "block" and job["UnavailableScenes"] == ["live"]
    assert scenes(job) == {"logo": ("TV", "block"), "live": ("", "unavailable")}
    frames = job["VensorCensorResult"]["VideoTimelines"]["VideoTimeline"]
    assert [one["Timestamp"] for one in frames] == ["00:00:01.000", "00:00:01.500"]
    for one in frames:
        (hit,) = next(r for r in one["CensorResults"]["CensorResult"] if r["Scene"] == "logo")["Logos"]
        assert (hit["Name"], hit["Label"], hit["Suggestion"]) == ("channel ${source}", "TV", "block")
        box = [hit[name] for name in ("X", "Y", "Width", "Height")]
        assert box == pytest.approx([500 / 640, 20 / 360, 120 / 640, 50 / 360], abs=0.02)
        picture = cv2.imread(str(world.server.home / "buckets" / "cout" / one["Object"]))
        assert picture is not None and picture.shape == (360, 640, 3)
    marked, clear = job["CoverImageCensorResults"]["CoverImageCensorResult"]
    told = [next(r for r in image["Results"]["Result"] if r["Scene"] == "logo") for image in (marked, clear)]
    assert [one["Suggestion"] for one in told] == ["block", "pass"]
    assert told[0]["Logos"][0]["X"] == pytest.approx((600 - 120) / 640, abs=0.02) and not told[1]["Logos"]
    changed = world.call("UpdateCensorLogo", Id=made["Id"], Suggestion="review", Name="seven")["CensorLogo"]
    same = ("Id", "Label", "Input", "Width", "Height", "CreationTime")
    assert [changed[name] for name in same] == [made[name] for name in same]
    assert scenes(world.review())["logo"] == ("TV", "review")
    assert world.call("DeleteCensorLogo", Id=made["Id"])["Id"] == made["Id"]
    assert scenes(world.review())["logo"] == ("", "unavailable")


def test_a_logo_that_was_sent_is_listed_with_its_picture(world: World) -> None:
    sent = base64.b64encode(cv2.imencode(".webp", logo(False))[1].tobytes()).decode()
    made = world.call("AddCensorLogo", Name="sent", Picture=sent, Label="logo", Suggestion="review")["CensorLogo"]
    assert "Input" not in made and "Picture" not in made
    assert world.call("ListCensorLogos")["CensorLogos"] == [made]
    (listed,) = world.call("ListCensorLogos", IncludePicture=True)["CensorLogos"]
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(listed["Picture"]), np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None and picture.shape == (100, 240, 4)
    other = cv2.imencode(".png", logo(False)[:, :100])[1].tobytes()
    changed = world.call("UpdateCensorLogo", Id=made["Id"], Picture=base64.b64encode(other).decode())["CensorLogo"]
    assert (changed["Width"], changed["Height"], changed["Name"]) == (100, 100, "sent")
    world.call("DeleteCensorLogo", Id=made["Id"])


def test_a_logo_is_its_accounts_and_its_regions(world: World) -> None:
    made = world.call("AddCensorLogo", Picture=SENT, **ASKED)["CensorLogo"]
    database = databases.opened(world.server.home)
    bob = accounts.add_key(database, "bob", "administrator")
    database.close()
    client = Client(world.server.url, bob["id"], bob["secret"])
    for other, more in ((client, {}), (world.server.client, {"RegionId": "cn-shanghai"})):
        assert other.call("ListCensorLogos", **more)["CensorLogos"] == []
        for action, change in (("UpdateCensorLogo", {"Name": "x"}), ("DeleteCensorLogo", {})):
            assert refusal(other, action, Id=made["Id"], **change, **more) == "InvalidParameter.ResourceNotFound"
    foreign = refusal(client, "AddCensorLogo", Input=place("clear.png"), **ASKED)
    assert foreign == "InvalidParameter.ResourceNotFound", "the bucket is not his"
    assert world.call("ListCensorLogos")["CensorLogos"] == [made]
    world.call("DeleteCensorLogo", Id=made["Id"])


def refusal(client: Client, action: str, **values: Any) -> str:
    """The code of an error answer."""
    with pytest.raises(Refused) as refused:
        client.call(action, **values)
    return str(refused.value.answer["Code"])


def huge() -> bytes:
    """A head that says 60,000 x 60,000, with a sound check sum."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    rest = png(logo(False))[33:]
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + rest


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "MissingParameter"),
        (b"GIF89a" + bytes(40), "InvalidParameter.ResourceNotSupported"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "InvalidParameter.ResourceContentBad"),
        (b"\xff\xd8\xff" + bytes(100), "InvalidParameter.ResourceContentBad"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(100), "InvalidParameter.ResourceContentBad"),
        (png(logo(False))[:300], "InvalidParameter.ResourceContentBad"),
        (huge(), "InvalidParameter.ResourceContentBad"),
        (png(np.zeros((8192, 8193), np.uint8)), "InvalidParameter.ResourceContentBad"),
        (png(np.zeros((2, 2), np.uint8)), "InvalidParameter.ResourceContentBad"),
        (png(np.full((90, 90, 3), 7, np.uint8)), "InvalidParameter.ResourceContentBad"),
    ],
)
def test_a_hostile_logo_is_refused(world: World, data: bytes, code: str) -> None:
    client, path = world.server.client, world.folder / "bad.png"
    if len(data) < 30_000:  # what fits into an address
        assert refusal(client, "AddCensorLogo", Picture=base64.b64encode(data).decode(), **ASKED) == code
    if data:
        path.write_bytes(data)
        world.server.put("cin", "bad.png", path)
        assert refusal(client, "AddCensorLogo", Input=place("bad.png"), **ASKED) == code
    assert world.call("ListCensorLogos")["CensorLogos"] == []


def test_bounds_and_both_ways_at_once(world: World) -> None:
    client, large = world.server.client, world.folder / "large.png"
    large.write_bytes(png(logo(False)) + bytes(4 << 20))
    world.server.put("cin", "large.png", large)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"Picture": SENT, "Input": place("clear.png")}, "InvalidParameter"),
        ({"Input": place("gone.png")}, "InvalidParameter.ResourceNotFound"),
        ({"Input": place("x.png", "nobodys")}, "InvalidParameter.ResourceNotFound"),
        ({"Input": place("large.png")}, "InvalidParameter.OutOfRange"),
        ({"Picture": SENT[:-2] + "!!"}, "InvalidParameter.InvalidBase64Format"),
    ]
    for more, code in cases:
        assert refusal(client, "AddCensorLogo", **ASKED, **more) == code, more
    made = [world.call("AddCensorLogo", **ASKED, Picture=SENT)["CensorLogo"]["Id"] for _ in range(20)]
    assert refusal(client, "AddCensorLogo", **ASKED, Picture=SENT) == "PermissionDenied.ResourceQuotaExceed"
    for one in made:
        world.call("DeleteCensorLogo", Id=one)
