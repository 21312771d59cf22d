"""Subtitles of Outputs and of packages: what is accepted, what is refused and where, and the job that comes of it."""

import json
from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.core.model import ObjectRef
from reelmill.media import dash
from reelmill.media.subtitles import burning, tasks
from reelmill.nodes import transcode
from reelmill.nodes.base import Env

HLS = "S00000001-100020"
MEDIA = {"URI": "zh/s.m3u8", "Name": "subtitle-cn", "Language": "cn"}
SHOWN = {"Id": "zh", "URI": "zh/stream.vtt"}
LOCAL = "file:///etc/passwd"
VENDOR = "http://films.oss-cn-hangzhou.aliyuncs.com/1.vtt"
FILE = {"Bucket": "films", "Location": "oss-cn-hangzhou", "Object": "{ObjectPrefix}{FileName}.vtt"}
ONTO = burning.Onto(640, 360)
NAMES = {"ObjectPrefix": "a/", "FileName": "c", "ExtName": "mp4", "RunId": "r1", "MediaId": "m1"}


def checked(raw: dict[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    problems = Problems()
    params = transcode.check(raw, problems, "P")
    return params, [(p.path, p.code) for p in problems.found]


def output(**more: Any) -> dict[str, Any]:
    return {"OutputBucket": "out", "Outputs": [{"TemplateId": "S00000001-200020", "OutputObject": "o", **more}]}


def test_contract_samples_are_accepted() -> None:
    """workflow.md 12.2 and 12.3."""
    params, wrong = checked({"WebVTTSubtitleURL": VENDOR, "ExtXMedia": json.dumps(MEDIA)})
    assert wrong == [] and params.kind == "text"
    assert params.refs["pictures"] == {"films": "P.WebVTTSubtitleURL"}
    config = json.dumps({"Format": "stl", "InputFile": json.dumps(FILE)})
    params, wrong = checked({"InputConfig": config, "Representation": json.dumps(SHOWN)})
    assert (
        wrong == []
        and params.kind == "text"
        and dict(params.refs["pictures"]) == {"films": "P.InputConfig.InputFile.Bucket"}
    )


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        ({"WebVTTSubtitleURL": VENDOR}, "P.WebVTTSubtitleURL", "InvalidParameter"),
        ({"WebVTTSubtitleURL": LOCAL, "ExtXMedia": MEDIA}, "P.WebVTTSubtitleURL", "InvalidParameter.Format"),
        ({"WebVTTSubtitleURL": "http://u:p@h/", "ExtXMedia": MEDIA}, "P.WebVTTSubtitleURL", "InvalidParameter.Format"),
        ({"InputConfig": {}, "ExtXMedia": MEDIA}, "P.Outputs", "MissingParameter"),
        ({"InputConfig": {"Format": "vtt"}, "ExtXMedia": MEDIA}, "P.InputConfig.InputFile", "MissingParameter"),
        (
            {"InputConfig": {"Format": "pdf", "InputFile": FILE}, "ExtXMedia": MEDIA},
            "P.InputConfig.Format",
            "InvalidParameter",
        ),
        (
            {"InputConfig": {"InputFile": {"Bucket": "films"}}, "ExtXMedia": MEDIA},
            "P.InputConfig.InputFile.Object",
            "MissingParameter",
        ),
        ({"InputConfig": {"Map": "0:a:0"}, "ExtXMedia": MEDIA}, "P.InputConfig.Map", "InvalidParameter.Format"),
        (
            {"InputConfig": {"InputFile": FILE}, "Representation": {**SHOWN, "URI": "zh/x.mpd"}},
            "P.InputConfig",
            "InvalidParameter.Format",
        ),
        (
            {"Representation": SHOWN, "Outputs": [{"TemplateId": HLS}]},
            "P.Representation.URI",
            "InvalidParameter.Format",
        ),
        (
            {"WebVTTSubtitleURL": VENDOR, "ExtXMedia": MEDIA, "Outputs": [{"TemplateId": HLS}]},
            "P.WebVTTSubtitleURL",
            "InvalidParameter",
        ),
        (
            output(SubtitleConfig={"ExtSubtitleList": [{"Input": FILE}] * 5}),
            "P.Outputs[0].SubtitleConfig.ExtSubtitleList",
            "InvalidParameter.ListSizeExceed",
        ),
        (
            output(SubtitleConfig={"ExtSubtitleList": [{"Input": FILE, "CharEnc": "EBCDIC"}]}),
            "P.Outputs[0].SubtitleConfig.ExtSubtitleList[0].CharEnc",
            "InvalidParameter",
        ),
        (
            output(SubtitleConfig={"SubtitleList": [{"Map": "0:v:0"}]}),
            "P.Outputs[0].SubtitleConfig.SubtitleList[0].Map",
            "InvalidParameter.Format",
        ),
        (
            output(OutSubtitleList=[{"Map": "0:s:0", "OutSubtitleFile": {**FILE, "Object": "a.doc"}}]),
            "P.Outputs[0].OutSubtitleList[0].OutSubtitleFile.Object",
            "InvalidParameter.Format",
        ),
    ],
)
def test_what_is_wrong_is_named(raw: dict[str, Any], path: str, code: str) -> None:
    assert (path, code) in checked(raw)[1]


def job(raw: dict[str, Any], protocol: str = "hls", home: str = "", **edits: Any) -> dict[str, Any]:
    place = {
        "Bucket": "out",
        "Location": "oss-cn-hangzhou",
        "MasterPlayListName": f"p/m.{'mpd' if protocol == 'dash' else 'm3u8'}",
    }
    group = {"AdaptationSet": {"Group": "g", "Lang": "zh"}} if protocol == "dash" else {"GroupId": "subs"}
    opened = {"Protocol": protocol, "Output": place}
    video = {
        "Outputs": [{"TemplateId": "t", "Audio": {"Remove": "true"}, **edits}],
        "MultiBitrateVideoStream": {"URI": "v.m3u8"},
    }
    activities = {
        "pack": {"type": "PackageConfig", "params": opened, "predecessors": []},
        "v": {"type": "Transcode", "params": video, "predecessors": ["pack"]},
        "s": {"type": "Transcode", "params": raw, "predecessors": ["pack"]},
    }
    template = {
        "t": {"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264"}, "MuxConfig": {"Segment": {"Duration": "4"}}}
    }
    scopes = {"PackageConfig": opened, "SubtitleGroup": group}
    env = Env(ObjectRef("in", "l", "a/c.mp4"), NAMES, template, scopes, activities, home=home, name="s")
    return transcode.job(checked(raw)[0], env)


def test_a_stream_of_hls_is_cut_like_its_pictures() -> None:
    made = job({"WebVTTSubtitleURL": VENDOR, "ExtXMedia": MEDIA})
    assert (made["bucket"], made["key"], made["segments"], made["zero"]) == ("out", "p/zh/s.m3u8", 4.0, 1.4)
    assert made["text"] == {
        "object": {"bucket": "films", "location": "oss-cn-hangzhou", "key": "1.vtt"},
        "charset": "auto",
    }
    assert made["media"] == {"kind": "text", "name": "subtitle-cn", "language": "cn", "group": "subs"}
    assert transcode.NODE.batch_key and transcode.NODE.batch_key(made) == "text"


def test_a_stream_is_cut_as_the_film_is_for_its_pictures() -> None:
    clip = {"TimeSpan": {"Seek": "1.000"}}
    raw = {"WebVTTSubtitleURL": VENDOR, "ExtXMedia": MEDIA}
    assert job(raw)["edits"] == {} and job(raw, Rotate="90")["edits"] == {}
    made = job(raw, Clip=clip, Rotate="90", Amix=[{"AmixURL": "http://films.oss-cn-hangzhou.aliyuncs.com/a.mp3"}])
    assert made["edits"] == {"Clip": clip}
    assert transcode.NODE.batch_key and transcode.NODE.batch_key(made) not in ("text", None)


def test_a_stream_of_dash_is_one_file() -> None:
    made = job({"InputConfig": {"InputFile": FILE, "CharEnc": "GBK"}, "Representation": SHOWN}, "dash")
    assert made["segments"] == 0 and made["text"]["object"]["key"] == "a/c.vtt" and made["text"]["charset"] == "GBK"
    assert made["media"] == {"kind": "text", "id": "zh", "group": "g", "language": "zh"}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://127.0.0.1:8600/films/a%20b.vtt", {"object": {"bucket": "films", "location": "", "key": "a b.vtt"}}),
        ("https://cdn.example.com/a.vtt?x=1", {"address": "https://cdn.example.com/a.vtt?x=1"}),
        ("http://127.0.0.1:9999/in/a.vtt", {"address": "http://127.0.0.1:9999/in/a.vtt"}),
        ("http://127.0.0.1:8600/-/rpc/x", {"address": "http://127.0.0.1:8600/-/rpc/x"}),
    ],
)
def test_an_address_of_this_server_is_an_object(url: str, text: dict[str, Any]) -> None:
    made = job({"WebVTTSubtitleURL": url, "ExtXMedia": MEDIA}, home="http://127.0.0.1:8600")
    assert made["text"] == {**text, "charset": "auto"}


def test_the_drawing_stands_between_size_and_watermarks() -> None:
    assert burning.filters((), "c0", "v0", 0.0, ONTO) == ()
    first, second = (tasks.filter_of({}, f"text-{number}") for number in range(2))
    assert burning.filters((first, second), "c0", "b0", 0.0, ONTO) == (
        "[c0]ass=filename=${text-0}/text.ass:fontsdir=${font-folder},"
        "ass=filename=${text-1}/text.ass:fontsdir=${font-folder}[b0]",
    )
    assert burning.filters((first,), "c0", "v0", 2.5, ONTO) == (
        "[c0]setpts=PTS+round(2.500000/TB),ass=filename=${text-0}/text.ass:fontsdir=${font-folder},"
        "setpts=PTS-round(2.500000/TB)[v0]",
    )


def test_tracks_of_pictures_are_laid_on_before_texts_at_the_size_of_the_film() -> None:
    tracks = (burning.Pictures(3), burning.Pictures(4, 1.5, 2.0))
    first = "[0:3]scale=640:360:flags=bilinear:out_color_matrix=bt709:out_range=tv[c0w0]"
    second = "[0:4]scale=640:480:flags=bilinear:out_color_matrix=bt709:out_range=tv[c0w1]"
    how = "overlay=x=(W-w)/2:y=(H-h)/2:eof_action=pass"
    assert burning.filters(tracks, "c0", "v0", 0.0, ONTO) == (
        first,
        f"[c0][c0w0]{how}[c0u0]",
        second,
        f"[c0u0][c0w1]{how}[v0]",
    )
    assert burning.filters((tracks[0], "filename=a"), "c0", "v0", 0.0, ONTO) == (
        first,
        f"[c0][c0w0]{how}[c0u0]",
        "[c0u0]ass=filename=a[v0]",
    )


def test_names_of_files_are_in_no_filter() -> None:
    """Whatever an object is called, commands see a file of ours."""
    text = {"object": {"bucket": "in", "location": "l", "key": "a':[x];movie=/etc/passwd,\\.srt"}, "charset": "auto"}
    from reelmill.media.probe import parse
    from unit.test_ladder_golden import source

    task = tasks.drawn(text, "text-0", ("j",), parse(source()), None)
    assert task.commands[0].argv == ("ass", "auto", "${text}", "text.ass", "${font-file}", "1280x720", "0", "")
    assert task.commands[0].tool == "subtitles" and task.objects["text"].key == text["object"]["key"]  # type: ignore[index]


def test_subtitles_in_a_manifest() -> None:
    shown = dash.Representation("zh", "", "zh/stream & 1.vtt", {"peak": 100})
    made = dash.manifest([dash.AdaptationSet("text", (shown,), "zh", "g")])
    assert '<AdaptationSet id="0" contentType="text" mimeType="text/vtt" lang="zh">' in made
    assert '<Representation id="zh" bandwidth="100">\n        <BaseURL>zh/stream%20%26%201.vtt</BaseURL>' in made


def test_a_font_is_told_of_wherever_it_stands_and_names_with_placeholders_are_no_json() -> None:
    marks = json.dumps([{"TextWaterMark": {"FontName": "SimSun"}}])
    fonts = [{"OutputObject": "{RunId}/low", "WaterMarks": marks}]
    assert [name for name, _ in transcode.NODE.warn({"Outputs": json.dumps(fonts)})] == ["Outputs"]
    assert not transcode.NODE.warn({"Outputs": [{"OutputObject": "{RunId}%2Flow"}]})
