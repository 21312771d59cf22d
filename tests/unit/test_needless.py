"""Renditions of a package that would be the same picture: which one is made, and what is left alone."""

import json
from typing import Any

import pytest

from reelmill.core.errors import NotWanted, Problems
from reelmill.core.model import ObjectRef
from reelmill.nodes import master, transcode
from reelmill.nodes.base import Env

LD, SD, HD = "S00000001-100010", "S00000001-100020", "S00000001-100030"  # 640, 848 and 1280 columns
PACKAGE = {"Protocol": "hls", "Output": {"Bucket": "out", "Location": "l", "MasterPlayListName": "p/master.m3u8"}}


def rendition(template: str, name: str, **output: Any) -> dict[str, Any]:
    wanted = {"TemplateId": template, "TransConfig": {"IsCheckReso": "true"}, "Audio": {"Remove": "true"}, **output}
    params = {"Outputs": [wanted], "MultiBitrateVideoStream": {"URI": f"{name}/v.m3u8"}}
    return {"type": "Transcode", "params": params, "predecessors": ["pack"], "state": "Running", "result": {}}


def source(width: int, height: int, **more: Any) -> dict[str, Any]:
    stream = {"codec_type": "video", "codec_name": "h264", "index": 0, "width": width, "height": height, **more}
    return {"streams": [{"r_frame_rate": "25/1", "avg_frame_rate": "25/1", **stream}], "format": {"duration": "9"}}


def made(size: tuple[int, int], **renditions: dict[str, Any]) -> dict[str, str]:
    """Activity -> "made", or why it is not."""
    activities = {
        "start": {"type": "Start", "params": {}, "predecessors": [], "result": {"raw": source(*size)}},
        "pack": {"type": "PackageConfig", "params": PACKAGE, "predecessors": ["start"], "result": {}},
        **renditions,
    }
    found = {}
    for name, one in renditions.items():
        problems = Problems()
        params = transcode.check(one["params"], problems, name)
        assert problems.found == []
        env = Env(
            ObjectRef("in", "l", "x.mp4"),
            {"MediaId": "m1"},
            scopes={"PackageConfig": PACKAGE},
            activities=activities,
            name=name,
        )
        try:
            transcode.job(params, env)
            found[name] = "made"
        except NotWanted as why:
            found[name] = why.failure.message
    return found


def test_of_renditions_that_become_the_same_picture_the_smallest_is_made() -> None:
    all_of_them = {"hd": rendition(HD, "hd"), "sd": rendition(SD, "sd"), "ld": rendition(LD, "ld")}
    told = made((480, 270), **all_of_them)
    assert told["ld"] == "made" and all(
        told[name].startswith("It would be 480x270") and told[name].endswith('"ld".') for name in ("hd", "sd")
    ), told
    assert set(made((1280, 720), **all_of_them).values()) == {"made"}
    told = made((854, 480), **all_of_them)
    assert (
        (told["ld"], told["sd"]) == ("made", "made")
        and told["hd"].startswith("It would be 854x480")
        and told["hd"].endswith('"sd".')
    )


@pytest.mark.parametrize(
    "other",
    [
        rendition(SD, "o", TransConfig={"IsCheckReso": "false"}),  # is scaled up
        rendition(LD, "o", Video={"Width": "320", "Height": "180"}),  # is smaller
        rendition(LD, "o", Video={"Codec": "H.265"}),
        rendition(LD, "o", Video={"Fps": "12"}),
        rendition(LD, "o", Rotate="90"),
        rendition(LD, "o", Audio={"Remove": "false"}),  # has the sound too
        rendition(LD, "o", Encryption={"Type": "hls-aes-128", "KeyUri": "https://k.example.com"}),
        rendition(LD, "o") | {"condition": "input.size > 1"},  # may not be made
        rendition(LD, "o") | {"state": "Fail"},
    ],
)
def test_what_is_another_picture_spares_nothing(other: dict[str, Any]) -> None:
    assert made((480, 270), hd=rendition(HD, "hd"), other=other)["hd"] == "made"


def test_two_rates_of_one_size_that_was_asked_for_are_both_made() -> None:
    size = {"Width": "480", "Height": "270"}
    both = {name: rendition(LD, name, Video=size | {"Bitrate": rate}) for name, rate in (("a", "300"), ("b", "900"))}
    assert set(made((480, 270), **both).values()) == {"made"}


@pytest.mark.parametrize("state", ["Skipped", "Fail"])
def test_the_master_playlist_leaves_out_what_was_not_made(state: str) -> None:
    """What failed only where its edge says "always": else there is no playlist."""
    result = {
        "object": "p/ld/v.m3u8",
        "codecs": "avc1.64001f",
        "width": 480,
        "height": 270,
        "fps": 25.0,
        "bitrate": 9.0,
    }
    activities = {
        "ld": rendition(LD, "ld") | {"state": "Success", "result": result},
        "hd": rendition(HD, "hd") | {"state": state},
    }
    streams = [{"RefActivityName": name, "ExtXStreamInf": {"BandWidth": "100000"}} for name in ("hd", "ld")]
    problems = Problems()
    params = master.check({"MasterPlayList": json.dumps({"MultiBitrateVideoStreams": streams})}, problems, "m")
    env = Env(ObjectRef("in", "l", "x.mp4"), {}, scopes={"PackageConfig": PACKAGE}, activities=activities, name="m")
    text = master.job(params, env)["text"]
    assert "ld/v.m3u8" in text and "hd/" not in text
