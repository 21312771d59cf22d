"""Packages: where they lie, what belongs to them, what would clash, and their manifest."""

from typing import Any

import pytest

from reelmill.core.errors import MediaError
from reelmill.core.model import ObjectRef
from reelmill.media import package
from reelmill.media.codecs import AUDIO, CODECS, VIDEO
from reelmill.media.containers import CONTAINERS
from reelmill.media.package import Drawn, Wanted
from reelmill.nodes import master
from reelmill.nodes.base import Env


def _sound(group: str, name: str, bitrate: float, channels: int = 2) -> dict[str, Any]:
    media = {"group": group, "name": name, "language": "en"}
    return {"object": f"p/{name}.m3u8", "bitrate": bitrate, "codecs": "mp4a.40.2", "channels": channels, "media": media}


VIDEO_RESULT = {
    "object": "p/hd/v.m3u8",
    "bitrate": 1000.5,
    "codecs": "avc1.64001f",
    "width": 1280,
    "height": 720,
    "fps": 24.0,
}


@pytest.mark.parametrize(
    ("name", "folder"), [("{RunId}/master.m3u8", "run/"), ("master.m3u8", ""), ("a/b/%7BRunId%7D.m3u8", "a/b/")]
)
def test_all_streams_lie_below_the_folder_of_the_manifest(name: str, folder: str) -> None:
    where = package.place({"Output": {"Bucket": "out", "MasterPlayListName": name}}, {"RunId": "run"})
    assert (where.bucket, where.folder, where.kind.name) == ("out", folder, "hls")


def test_what_belongs_to_a_package_is_what_follows_its_beginning() -> None:
    def transcode(before: str, state: str = "Success", **result: Any) -> dict[str, Any]:
        return {"type": "Transcode", "predecessors": [before], "state": state, "result": result}

    activities = {
        "one": {"type": "PackageConfig", "predecessors": ["start"]},
        "two": {"type": "PackageConfig", "predecessors": ["start"]},
        "group": {"type": "AudioGroup", "predecessors": ["one"]},
        "a": transcode("one", object="a"),
        "b": transcode("group", object="b"),
        "c": transcode("two", object="c"),
        "d": transcode("one", "Skipped"),
        "e": transcode("start", object="e"),
    }

    def found(opened: str, state: str) -> list[Any]:
        return [one.get("object") for one in package.members(activities, opened, "PackageConfig", "Transcode", state)]

    assert (found("one", "Success"), found("two", "Success"), found("one", "Skipped")) == (["a", "b"], ["c"], [None])
    assert package.scope(activities, "e", "PackageConfig") == ""


def test_streams_that_overwrite_each_other_or_sound_alike_are_found() -> None:
    streams = [
        Drawn("a", "", "v.m3u8"),
        Drawn("b", "", "v.m3u8"),
        Drawn("c", "g", "x.m3u8", "English"),
        Drawn("d", "g", "y.m3u8", "English"),
        Drawn("e", "h", "z.m3u8", "English"),
    ]
    assert [(one.activity, other, place) for one, other, place in package.clashes(streams)] == [
        ("b", "a", True),
        ("d", "c", False),
    ]
    assert package.doubled([_sound("g", "x", 1), _sound("h", "x", 1)]) is None
    assert package.doubled([_sound("g", "x", 1), _sound("g", "x", 1)]) == ("g", "x")


def test_the_manifest_tells_what_its_streams_became() -> None:
    sounds = [_sound("aud", "en", 128.0), _sound("aud", "surround", 384.0, 6)]
    text = package.KINDS["hls"].write("p/master.m3u8", [(Wanted("hd", 2_000_000, "aud"), VIDEO_RESULT)], sounds).text
    assert text.splitlines()[-2:] == [
        "#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1384500,"
        'CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,VIDEO-RANGE=SDR,FRAME-RATE=24.000,AUDIO="aud"',
        "hd/v.m3u8",
    ]
    assert 'NAME="surround"' in text and 'CHANNELS="6"' in text and 'URI="en.m3u8"' in text


def test_the_tables_know_each_other() -> None:
    for container in CONTAINERS.values():
        assert set(container.video) <= set(VIDEO) and set(container.audio) <= set(AUDIO)
        assert set(container.rates) <= set(container.audio)
        made = {c.probed for c in CODECS.values() if c.encoder and c.encoder.name in container.video + container.audio}
        assert made <= container.copies, "what is encoded into a container may be copied into it"
    for kind in package.KINDS.values():
        assert CONTAINERS[kind.stream].segments and kind.container.media_type


def _encrypted(*keys: str) -> Env:
    """A DASH package whose streams were encrypted with these keys, as its manifest is about to be written."""
    where = {"Protocol": "dash", "Output": {"Bucket": "out", "MasterPlayListName": "m.mpd"}}
    facts = {"peak": 1000, "clock": 1000, "line": [[0, 2000, 1]], "format": "mpd"}
    activities: dict[str, Any] = {"pack": {"type": "PackageConfig", "predecessors": [], "state": "Success"}}
    for number, key in enumerate(keys):
        told = {"scheme": "cenc", "kid": "0" * 32, "media": "m", "uri": "https://k?Ciphertext=${ciphertext}&MediaId=m"}
        media = {"kind": "video", "group": "v", "id": str(number), "language": ""}
        result = {**VIDEO_RESULT, **facts, "object": f"{number}.mpd", "media": media}
        result |= {"protection": {**told, **({"ciphertext": key} if key else {})}}
        activities[str(number)] = {"type": "Transcode", "predecessors": ["pack"], "state": "Success", "result": result}
    activities["end"] = {"type": "GenerateMasterPlayList", "predecessors": [*map(str, range(len(keys)))]}
    return Env(ObjectRef("in", "", "a.mp4"), {}, {}, {"PackageConfig": where}, activities, name="end")


def test_a_manifest_names_the_key_with_which_its_streams_were_encrypted() -> None:
    drawn = master.Params(())
    text = master.job(drawn, _encrypted("old", "old"))["text"]
    assert "Ciphertext=old&amp;MediaId=m" in text and "${ciphertext}" not in text
    assert "${ciphertext}" in master.job(drawn, _encrypted("", ""))["text"], "of streams of an older version"
    with pytest.raises(MediaError, match="encrypted with different keys"):
        master.job(drawn, _encrypted("old", "new"))


def _drawn_in(*lines: list[list[int]]) -> Env:
    """A DASH package whose pictures have these segments."""
    env = _encrypted(*("" for _ in lines))
    for number, line in enumerate(lines):
        env.activities[str(number)]["result"]["line"] = line
    return env


def test_segments_that_do_not_begin_together_are_told() -> None:
    alike = master.job(master.Params(()), _drawn_in([[0, 2000, 1]], [[0, 2002, 0], [2002, 1998, 0]]))
    assert "apart" not in alike and 'segmentAlignment="true"' in alike["text"]
    others = master.job(master.Params(()), _drawn_in([[0, 2000, 2]], [[0, 2000, 2]], [[0, 3000, 1]]))
    assert others["apart"] == ["0", "2"] and 'segmentAlignment="false"' in others["text"]
