"""What a Transcode activity, an Output and the package nodes accept, and the master playlist that comes of them."""

import json
from typing import Any

import m3u8
import pytest

from reelmill.core.errors import MediaError, Problems
from reelmill.core.model import ObjectRef
from reelmill.nodes import audio_group, master, package, report, subtitle_group, transcode, video_group
from reelmill.nodes.base import Env

INPUT = ObjectRef("in", "oss-cn-hangzhou", "a/b/c.flv")
NAMES = {"ObjectPrefix": "a/b/", "FileName": "c", "ExtName": "flv", "RunId": "r1", "MediaId": "m1"}
PACKAGE = {
    "Protocol": "hls",
    "Output": json.dumps(
        {"Bucket": "out", "Location": "oss-cn-hangzhou", "MasterPlayListName": "{MediaId}/hls/master.m3u8"}
    ),
}
MP4, HLS = "S00000001-200020", "S00000001-100020"


def found(node: Any, raw: dict[str, Any]) -> list[tuple[str, str]]:
    problems = Problems()
    node(raw, problems, "P")
    return [(p.path, p.code) for p in problems.found]


def spec(output: dict[str, Any], env: Env | None = None, **more: Any) -> dict[str, Any]:
    problems = Problems()
    params = transcode.check({"Outputs": json.dumps([output]), "OutputBucket": "out", **more}, problems, "P")
    assert problems.found == []
    return transcode.job(params, env or Env(INPUT, NAMES))


@pytest.mark.parametrize(
    ("field", "name", "key"),
    [
        ("OutputObject", "%7BObjectPrefix%7D%7BFileName%7Dtest.mp4", "a/b/ctest.mp4"),
        ("OutputObject", "{FileName}", "c.mp4"),
        ("Object", "x/{RunId}/100%25", "x/r1/100%25.mp4"),
        ("ObjectRegex", "{FileName}.MP4", "c.MP4"),
    ],
)
def test_names_are_decoded_filled_and_get_an_extension(field: str, name: str, key: str) -> None:
    assert spec({"TemplateId": MP4, field: name})["key"] == key


def test_jobs_of_the_api_get_no_extension_except_playlists() -> None:
    env = Env(INPUT, {"FileName": "c", "ObjectPrefix": "", "ExtName": "flv"}, workflow=False)
    assert spec({"TemplateId": MP4, "OutputObject": "x"}, env)["key"] == "x"
    assert spec({"TemplateId": HLS, "OutputObject": "x"}, env)["key"] == "x.m3u8"
    with pytest.raises(MediaError, match="RunId"):
        spec({"TemplateId": MP4, "OutputObject": "{RunId}"}, env)


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/\n"])
def test_names_that_lead_out_of_the_bucket_are_refused(name: str) -> None:
    with pytest.raises(MediaError, match="cannot be used"):
        spec({"TemplateId": MP4, "OutputObject": name})


def test_streams_of_a_package_lie_below_the_folder_of_its_master() -> None:
    env = Env(INPUT, NAMES, scopes={"PackageConfig": PACKAGE, "AudioGroup": {"GroupId": "aud"}})
    one = spec({"TemplateId": HLS, "Audio": {"Remove": "true"}}, env, MultiBitrateVideoStream={"URI": "sd/v.m3u8"})
    assert (one["bucket"], one["key"], one["part"], one["media"]) == (
        "out",
        "m1/hls/sd/v.m3u8",
        True,
        {"kind": "video", "group": ""},
    )
    two = spec(
        {"TemplateId": HLS, "Video": {"Remove": True}},
        env,
        ExtXMedia='{"URI":"en/a.m3u8","Name":"English","Language":"en"}',
    )
    assert two["media"] == {"kind": "audio", "name": "English", "language": "en", "group": "aud"}
    with pytest.raises(MediaError, match="no video"):
        spec({"TemplateId": HLS}, env, ExtXMedia={"URI": "en/a.m3u8", "Name": "English"})
    with pytest.raises(MediaError, match="m3u8"):
        spec({"TemplateId": MP4}, env, MultiBitrateVideoStream={"URI": "sd/v.m3u8"})


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        ({}, "P.Outputs", "MissingParameter"),
        ({"Outputs": "[1"}, "P.Outputs", "InvalidParameter.JsonArrayFormatInvalid"),
        ({"Outputs": [{}, {}]}, "P.Outputs", "InvalidParameter.JsonArrayFormatInvalid"),
        ({"Outputs": [{}]}, "P.Outputs[0].TemplateId", "MissingParameter"),
        ({"Outputs": [{"Rotate": "360"}]}, "P.Outputs[0].Rotate", "InvalidParameter.OutOfRange"),
        (
            {"Outputs": [{"Clip": {"TimeSpan": {"Seek": "abc"}}}]},
            "P.Outputs[0].Clip.TimeSpan.Seek",
            "InvalidParameter.Format",
        ),
        ({"Outputs": [{"Foo": "1"}]}, "P.Outputs[0].Foo", "InvalidParameter"),
        ({"Foo": 1}, "P.Foo", "InvalidParameter"),
        ({"Outputs": [{"AudioStreamMap": "1"}]}, "P.Outputs[0].AudioStreamMap", "InvalidParameter.Format"),
        ({"Outputs": [{"VideoStreamMap": "0:s:1"}]}, "P.Outputs[0].VideoStreamMap", "InvalidParameter.Format"),
        ({"Outputs": [{"Priority": "11"}]}, "P.Outputs[0].Priority", "InvalidParameter.OutOfRange"),
        ({"Outputs": [{"Video": {"Crf": "99"}}]}, "P.Outputs[0].Video.Crf", "InvalidParameter.OutOfRange"),
        ({"Outputs": [{"OutputObject": "{Count}"}]}, "P.Outputs[0].OutputObject", "InvalidParameter"),
        ({"MultiBitrateVideoStream": {"URI": "1.m3u8"}}, "P.MultiBitrateVideoStream.URI", "InvalidParameter.Format"),
        ({"ExtXMedia": {"URI": "a.m3u8"}}, "P.ExtXMedia.Name", "InvalidParameter"),
        ({"Representation": {"Id": "1"}}, "P.Representation.URI", "InvalidParameter.Format"),
        ({"Representation": {"URI": "a.mpd"}}, "P.Representation.Id", "InvalidParameter"),
        ({"Representation": {"Id": "1", "URI": "1.mpd"}}, "P.Representation.URI", "InvalidParameter.Format"),
        (
            {"Representation": {"Id": "1", "URI": "a.mpd"}, "MultiBitrateVideoStream": {"URI": "a.m3u8"}},
            "P.Representation",
            "InvalidParameter",
        ),
    ],
)
def test_wrong_parameters_are_refused_with_their_path(raw: dict[str, Any], path: str, code: str) -> None:
    assert (path, code) in found(transcode.check, raw)


def test_a_template_that_is_gone_fails_the_job() -> None:
    with pytest.raises(MediaError, match="cannot be found"):
        spec({"TemplateId": "f" * 32, "OutputObject": "x"})


def test_an_output_must_not_leave_nothing() -> None:
    with pytest.raises(MediaError, match="neither video nor audio"):
        spec({"TemplateId": MP4, "OutputObject": "x", "Video": {"Remove": "true"}, "Audio": {"Remove": "true"}})


def test_package_and_report_are_checked() -> None:
    assert found(package.check_package, PACKAGE) == []
    assert found(package.check_package, {**PACKAGE, "Protocol": "dash"}) == [
        ("P.Output.MasterPlayListName", "InvalidParameter.Format")
    ]
    assert [p for p, _ in found(package.check_package, {**PACKAGE, "Protocol": "smooth"})] == ["P.Protocol"]
    assert ("P.Output.MasterPlayListName", "InvalidParameter.Format") in found(
        package.check_package, {"Output": {"Bucket": "b", "MasterPlayListName": "x.mpd"}}
    )
    for group in (audio_group.check, subtitle_group.check):
        assert found(group, {"GroupId": "x" * 33}) == [("P.GroupId", "InvalidParameter")]
        assert found(group, {}) == [("P.GroupId", "InvalidParameter")]
        assert found(group, {"AdaptationSet": {"Lang": "en"}}) == [("P.AdaptationSet.Group", "InvalidParameter")]
        assert found(group, {"AdaptationSet": '{"Group": "English", "Lang": "en"}'}) == []
        assert found(group, {"GroupId": "a", "AdaptationSet": {"Group": "b"}}) == [
            ("P.AdaptationSet", "InvalidParameter")
        ]
    assert found(video_group.check, {}) == [("P.AdaptationSet", "MissingParameter")]
    assert found(video_group.check, {"AdaptationSet": {"Group": "x" * 65}}) == [
        ("P.AdaptationSet.Group", "InvalidParameter")
    ]
    assert found(report.check, {}) == [] and found(report.check, {"PublishType": "Never"}) == [
        ("P.PublishType", "InvalidParameter")
    ]


def activity(key: str, media: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    result = {
        "object": key,
        "codecs": "mp4a.40.2" if media else "avc1.64001f",
        "width": 0 if media else 1280,
        "height": 0 if media else 720,
        "fps": 0.0 if media else 24.0,
        "channels": 2,
        "bitrate": 64.25 if media else 1500.0,
        "media": media,
    }
    return {"type": "Transcode", "params": {}, "predecessors": [], "state": "Success", "result": result, **more}


def playlist(audio: str = "aud", **more: Any) -> str:
    info = {"BandWidth": "1928000"} | ({"Audio": audio} if audio else {})
    raw = {
        "MasterPlayList": json.dumps({"MultiBitrateVideoStreams": [{"RefActivityName": "hd", "ExtXStreamInf": info}]})
    }
    problems = Problems()
    params = master.check(raw, problems, "P")
    assert problems.found == []
    activities = {
        "hd": activity("m1/hls/hd/v.m3u8"),
        "en": activity("m1/hls/a/en.m3u8", {"name": "English", "language": "en", "group": "aud"}),
        "fr": activity("m1/hls/a/fr.m3u8", {"name": "Français", "language": "fr", "group": "aud"}),
        **more,
    }
    made = master.job(params, Env(INPUT, NAMES, scopes={"PackageConfig": PACKAGE}, activities=activities))
    assert (made["bucket"], made["key"]) == ("out", "m1/hls/master.m3u8")
    return str(made["text"])


def test_the_master_playlist_says_what_the_streams_became() -> None:
    read = m3u8.loads(playlist())
    stream = read.playlists[0]
    assert (stream.uri, stream.stream_info.bandwidth, stream.stream_info.resolution) == (
        "hd/v.m3u8",
        1928000,
        (1280, 720),
    )
    assert (stream.stream_info.codecs, stream.stream_info.frame_rate, stream.stream_info.audio) == (
        "avc1.64001f,mp4a.40.2",
        24.0,
        "aud",
    )
    assert [(m.name, m.language, m.uri, m.default, m.autoselect) for m in read.media] == [
        ("English", "en", "a/en.m3u8", "YES", "YES"),
        ("Français", "fr", "a/fr.m3u8", "NO", "YES"),
    ]
    assert read.is_independent_segments
    assert stream.stream_info.average_bandwidth == 1_564_250, "of the picture and its loudest sound"


def test_codecs_are_told_whole_or_not_at_all() -> None:
    """A variant whose CODECS names its sound only would be taken for sound alone."""
    copied = activity("m1/hls/hd/v.m3u8")
    copied["result"]["codecs"] = ""  # such as HEVC, whose name needs more than ffprobe tells
    assert "CODECS" not in playlist(hd=copied)


def test_each_of_two_packages_has_its_own_sound() -> None:
    sound = {"name": "English", "language": "en", "group": "aud"}
    ours: dict[str, Any] = {
        "hd": activity("m1/hls/hd/v.m3u8", predecessors=["pack"]),
        "en": activity("m1/hls/a/en.m3u8", sound, predecessors=["group"]),
        "group": {"type": "AudioGroup", "state": "Success", "predecessors": ["pack"]},
        "pack": {"type": "PackageConfig", "state": "Success", "predecessors": []},
    }
    theirs: dict[str, Any] = {
        "en2": activity("m1/other/a/en.m3u8", sound, predecessors=["pack2"]),
        "fr": activity("m1/other/a/fr.m3u8", sound, predecessors=["pack2"]),
        "pack2": {"type": "PackageConfig", "state": "Success", "predecessors": []},
    }
    assert [m.uri for m in m3u8.loads(playlist(**ours, **theirs)).media] == ["a/en.m3u8"]


@pytest.mark.parametrize("state", ["Skipped", "Fail"])
def test_a_sound_that_is_not_there_is_left_out_and_nothing_refers_to_it(state: str) -> None:
    """The source lacks it; or it failed, and the edge from it says "always"."""
    pack: dict[str, Any] = {"pack": {"type": "PackageConfig", "state": "Success", "predecessors": []}}
    lacking = {"type": "Transcode", "state": state, "predecessors": ["pack"], "result": {}}
    ours = {"hd": activity("m1/hls/hd/v.m3u8", predecessors=["pack"]), **pack}
    read = m3u8.loads(playlist(**ours, en=lacking, fr=lacking))
    assert read.media == [] and read.playlists[0].stream_info.audio is None
    elsewhere = {**lacking, "predecessors": ["pack2"]}
    with pytest.raises(MediaError, match="no audio stream in the group"):
        playlist(**ours, en=elsewhere, fr=elsewhere)


def test_a_master_playlist_promises_nothing_that_is_not_there() -> None:
    with pytest.raises(MediaError, match="no audio stream in the group"):
        playlist("other")
    with pytest.raises(MediaError, match="RefActivityName"):
        playlist(hd=activity("x", state="Init"))
    with pytest.raises(MediaError, match="No stream of this package was made"):
        playlist(hd=activity("x", state="Fail"))
    with pytest.raises(MediaError, match="English"):
        playlist(fr=activity("m1/hls/a/fr.m3u8", {"name": "English", "language": "fr", "group": "aud"}))
