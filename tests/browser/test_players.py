"""Packages in players of others: dash.js and Shaka Player play clear and encrypted ones; sizes, languages and
subtitles change."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mpegdash.parser
import pytest

from browser.players import scripts, theatre, until
from clips import clip, ffmpeg, folder
from running import LOCATION, Running, running

WIDTHS = (320, 192)
CUES = {"en": "two to four", "zh": "二到四"}
_CODECS = "-c:v libx264 -preset ultrafast -g 48 -pix_fmt yuv420p -c:a aac"
_FILM = f"{_CODECS} -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra"


def film() -> Path:
    """Eight seconds, two languages."""
    path = folder() / "two-languages.mp4"
    clip("base.mp4")
    tones = "-f lavfi -i sine=f=300:d=8 -f lavfi -i sine=f=500:d=8"
    ffmpeg(f"-f lavfi -i testsrc2=s=320x180:r=24:d=8 {tones} -map 0 -map 1 -map 2 {_FILM}", str(path))
    return path


def output(template: str, drop: str, locks: dict[str, str] | None, **more: Any) -> dict[str, Any]:
    one = {"TemplateId": template, drop: {"Remove": "true"}, **more}
    return {"Outputs": [one | ({"Encryption": locks} if locks else {})]}


def dash(templates: dict[str, str], locks: dict[str, str] | None) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A DASH package: two sizes, two languages, two texts."""
    place = {"Bucket": "vod-out", "Location": LOCATION, "MasterPlayListName": "{RunId}/dash/master.mpd"}
    done = {"pd": ("PackageConfig", {"Protocol": "dash", "Output": place}), "dend": ("GenerateMasterPlayList", {})}
    after: dict[str, list[str]] = {"pd": ["dv"], "dend": []}
    done["dv"] = ("VideoGroup", {"AdaptationSet": {"Group": "v"}})
    after["dv"] = [f"dv{w}" for w in WIDTHS]
    for width in WIDTHS:
        at = {"Representation": {"Id": f"{width}", "URI": f"v{width}/v.mpd"}}
        done[f"dv{width}"] = ("Transcode", output(templates[f"mpd{width}"], "Audio", locks) | at)
    for number, language in enumerate(("en", "fr")):
        done[f"dg{language}"] = ("AudioGroup", {"AdaptationSet": {"Group": f"a{language}", "Lang": language}})
        at = {"Representation": {"Id": f"a{language}", "URI": f"a{language}/a.mpd"}}
        track = {"AudioStreamMap": f"0:a:{number}"}
        done[f"da{language}"] = ("Transcode", output(templates["mpd320"], "Video", locks, **track) | at)
        after["pd"] += [f"dg{language}"]
        after[f"dg{language}"] = [f"da{language}"]
    for language in CUES:
        done[f"ds{language}"] = ("SubtitleGroup", {"AdaptationSet": {"Group": f"s{language}", "Lang": language}})
        at = {"Representation": {"Id": f"s{language}", "URI": f"s{language}/s.vtt"}}
        done[f"dt{language}"] = ("Transcode", text(language) | at)
        after["pd"] += [f"ds{language}"]
        after[f"ds{language}"] = [f"dt{language}"]
    streams = [name for name, (kind, _) in done.items() if kind == "Transcode"]
    return {n: {"Type": t, "Parameters": p} for n, (t, p) in done.items()}, after | {n: ["dend"] for n in streams}


def text(language: str) -> dict[str, Any]:
    return {"WebVTTSubtitleURL": f"http://vod-in.{LOCATION}.aliyuncs.com/subs/{language}.vtt"}


def hls(templates: dict[str, str], locks: dict[str, str] | None) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """An HLS package of the same."""
    place = {"Bucket": "vod-out", "Location": LOCATION, "MasterPlayListName": "{RunId}/hls/master.m3u8"}
    done = {"ph": ("PackageConfig", {"Protocol": "hls", "Output": place})}
    done |= {"ga": ("AudioGroup", {"GroupId": "a"}), "gs": ("SubtitleGroup", {"GroupId": "s"})}
    after: dict[str, list[str]] = {"ph": ["ga", "gs"], "ga": [], "gs": [], "hend": []}
    for width in WIDTHS:
        at = {"MultiBitrateVideoStream": {"URI": f"v{width}/v.m3u8"}}
        done[f"hv{width}"] = ("Transcode", output(templates[f"m3u8{width}"], "Audio", locks) | at)
        after["ph"] += [f"hv{width}"]
    for number, language in enumerate(("en", "fr")):
        at = {"ExtXMedia": {"URI": f"a{language}/a.m3u8", "Name": language, "Language": language}}
        track = {"AudioStreamMap": f"0:a:{number}"}
        done[f"ha{language}"] = ("Transcode", output(templates["m3u8320"], "Video", locks, **track) | at)
        after["ga"] += [f"ha{language}"]
    for language in CUES:
        at = {"ExtXMedia": {"URI": f"s{language}/s.m3u8", "Name": language, "Language": language}}
        done[f"ht{language}"] = ("Transcode", text(language) | at)
        after["gs"] += [f"ht{language}"]
    told = {"BandWidth": "400000", "Audio": "a", "Subtitles": "s"}
    listed = [{"RefActivityName": f"hv{w}", "ExtXStreamInfo": told} for w in WIDTHS]
    done["hend"] = ("GenerateMasterPlayList", {"MasterPlayList": {"MultiBitrateVideoStreams": listed}})
    streams = [name for name, (kind, _) in done.items() if kind == "Transcode"]
    return {n: {"Type": t, "Parameters": p} for n, (t, p) in done.items()}, after | {n: ["hend"] for n in streams}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, dict[str, Path]]]:
    """A server with a clear and an encrypted run of both packages: name -> folder of its outputs."""
    with running(tmp_path_factory.mktemp("players") / "home") as server:
        call = server.client.call
        call("BindInputBucket", Bucket="vod-in")
        call("BindOutputBucket", Bucket="vod-out")
        pipeline = call("AddPipeline", Name="main")["Pipeline"]["Id"]
        server.put("vod-in", "films/a.mp4", film())
        for language, words in CUES.items():
            cue = folder() / f"{language}.vtt"
            cue.write_text(f"WEBVTT\n\n00:02.000 --> 00:04.000\n{words}\n", encoding="utf-8")
            server.put("vod-in", f"subs/{language}.vtt", cue)
        templates = {}
        for form in ("m3u8", "mpd"):
            for width in WIDTHS:
                video = {"Codec": "H.264", "Preset": "veryfast", "Bitrate": "200", "Width": str(width), "Gop": "2s"}
                body: dict[str, Any] = {"Container": {"Format": form}, "Audio": {"Codec": "AAC", "Bitrate": "64"}}
                body |= {"Video": video, "MuxConfig": {"Segment": {"Duration": "2"}}}
                made = call("AddTemplate", Name=f"{form} {width}", **body)["Template"]["Id"]
                templates[f"{form}{width}"] = made
        folders = {}
        for name, schemes in (("clear", ("", "")), ("locked", ("cenc", "cbcs"))):
            locks = [{"Type": s, "KeyUri": server.url + "/-/keys"} if s else None for s in schemes]
            activities: dict[str, Any] = {}
            after: dict[str, list[str]] = {}
            for drawn, then in (dash(templates, locks[0]), hls(templates, locks[1])):
                activities |= drawn
                after |= then
            start = {"PipelineId": pipeline}
            start["InputFile"] = {"Bucket": "vod-in", "Location": LOCATION, "ObjectPrefix": "films/"}
            activities["start"] = {"Type": "Start", "Parameters": start}
            activities["end"] = {"Type": "Report", "Parameters": {"PublishType": "Auto"}}
            after |= {"start": ["pd", "ph"], "dend": ["end"], "hend": ["end"], "end": []}
            topology = json.dumps({"Activities": activities, "Dependencies": after})
            flow = call("AddMediaWorkflow", Name=name, TriggerMode="NotInAuto", Topology=topology)["MediaWorkflow"]
            url = f"http://vod-in.{LOCATION}.aliyuncs.com/films/a.mp4"
            call("AddMedia", FileURL=url, MediaWorkflowId=flow["MediaWorkflowId"])
            (run,) = server.ended(flow["MediaWorkflowId"], wait=180)
            wrong = [
                (a["Name"], a["State"], a.get("Message"))
                for a in run["ActivityList"]["Activity"]
                if a["State"] != "Success"
            ]
            assert wrong == []
            folders[name] = server.home / "buckets" / "vod-out" / run["RunId"]
        yield server, folders


@pytest.fixture(scope="module")
def stage() -> Iterator[str]:
    scripts()
    with theatre() as address:
        yield address


def address(server: Running, path: Path, *, signed: bool) -> str:
    plain = f"{server.url}/{path.relative_to(server.home / 'buckets')}"
    if not signed:
        return plain
    return str(server.client.call("SignURLs", URLs=[plain])["URLs"][0]["SignedURL"])


@pytest.mark.parametrize(
    ("run", "player", "entry"),
    [
        ("clear", "dash", "dash/master.mpd"),
        ("clear", "shaka", "dash/master.mpd"),
        ("clear", "shaka", "hls/master.m3u8"),
        ("locked", "shaka", "dash/master.mpd"),
        ("locked", "shaka", "hls/master.m3u8"),
        ("locked", "dash", "dash/master.mpd"),
    ],
)
def test_a_player_plays_and_changes_size_language_and_subtitles(
    house: tuple[Running, dict[str, Path]], stage: str, browser: Any, run: str, player: str, entry: str
) -> None:
    server, folders = house
    page = browser.new_page()
    try:
        page.goto(stage)
        src = address(server, folders[run] / entry, signed=run == "locked")
        page.evaluate("([kind, src]) => play(kind, src)", [player, src])
        until(page, "v.currentTime > 1.2 && v.videoWidth > 0")
        assert sorted(page.evaluate("one.audios()")) == ["en", "fr"]
        page.evaluate("one.setText(0)")
        page.evaluate("go(2.5)")
        assert until(page, "cues().length && cues()")[0] in CUES.values()
        other = 192 if page.evaluate("v.videoWidth") == 320 else 320
        page.evaluate("w => one.setSize(w)", other)
        until(page, f"v.videoWidth == {other}")
        second = "fr" if page.evaluate("one.audio()") == "en" else "en"
        page.evaluate("l => one.setAudio(one.audios().indexOf(l))", second)
        until(page, f"one.audio() == '{second}'")
        moved = page.evaluate("v.currentTime") + 0.4
        until(page, f"v.currentTime > {moved}")
        page.evaluate("go(6)")
        until(page, "v.currentTime > 6.4")
        assert page.evaluate("told") == []
    finally:
        page.close()


def test_a_reader_of_others_understands_the_manifests(house: tuple[Running, dict[str, Path]]) -> None:
    _, folders = house
    for run in folders:
        read = mpegdash.parser.MPEGDASHParser.parse((folders[run] / "dash/master.mpd").read_text())
        sets = read.periods[0].adaptation_sets
        assert [(s.content_type, s.lang) for s in sets] == [
            ("video", None),
            ("audio", "en"),
            ("audio", "fr"),
            ("text", "en"),
            ("text", "zh"),
        ]
        assert sorted(r.width for r in sets[0].representations) == sorted(WIDTHS)
        assert [bool(s.content_protections) for s in sets] == [run == "locked"] * 3 + [False] * 2
        for one in sets[:3]:
            timeline = one.representations[0].segment_templates[0].segment_timelines[0]
            scale = one.representations[0].segment_templates[0].timescale
            assert sum(s.d * (1 + (s.r or 0)) for s in timeline.Ss) / scale == pytest.approx(8.0, abs=0.05)


def test_a_key_is_given_to_who_holds_a_signed_address_and_stands_nowhere(
    house: tuple[Running, dict[str, Path]],
) -> None:
    server, folders = house
    with urllib.request.urlopen(address(server, folders["locked"] / "dash/master.mpd", signed=True)) as answer:
        text = answer.read().decode()
    asked = text.split('licenseType="EME-1.0">')[1].split("<")[0].replace("&amp;", "&")
    request = urllib.request.Request(asked, data=json.dumps({"kids": [], "type": "temporary"}).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        (key,) = json.load(answer)["keys"]
    bare = asked.partition("&MtsHlsUriToken=")[0]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(bare, data=b"{}", method="POST"))
    raw = base64.urlsafe_b64decode(key["k"] + "==")
    assert len(raw) == 16
    places = [p for p in server.home.rglob("*") if p.is_file() and "buckets" not in p.parts]
    known = [p for p in places if raw.hex().encode() in p.read_bytes() or key["k"].encode() in p.read_bytes()]
    assert known == [] and [p for p in places if p.suffix == ".flags"] == []
