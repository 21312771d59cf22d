"""Segmented WebVTT: every cue in each segment in which it is seen, at its own time, and no hole anywhere."""

import re

from hypothesis import given
from hypothesis import strategies as some

from reelmill.media.subtitles import segments
from reelmill.media.subtitles.cues import Cue, Subtitles, ordered


def test_a_cue_that_crosses_a_border_stands_on_both_sides() -> None:
    cues = (Cue(500, 2200, "one"), Cue(2500, 4500, "crosses"), Cue(6500, 7500, "last"), Cue(9000, 9500, "too late"))
    made = segments.texts(Subtitles(cues), 8.0, 2.0, 1.4)
    head = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n"
    assert [re.findall(r"one|crosses|last|too late", text) for text in made] == [
        ["one"],
        ["one", "crosses"],
        ["crosses"],
        ["last"],
    ]
    assert made[0] == f"{head}\n00:00:00.500 --> 00:00:02.200\none\n"
    assert "00:00:02.500 --> 00:00:04.500\ncrosses" in made[1] and "00:00:02.500 --> 00:00:04.500" in made[2]


def test_a_border_belongs_to_what_begins_there() -> None:
    made = segments.texts(Subtitles((Cue(0, 2000, "a"), Cue(2000, 4000, "b"))), 4.0, 2.0)
    assert ["a" in text.partition("LOCAL")[2] for text in made] == [True, False]
    assert ["b\n" in text for text in made] == [False, True]


def test_segments_without_a_cue_are_there_and_the_playlist_is_as_long_as_the_film() -> None:
    made = segments.texts(Subtitles((Cue(0, 500, "a"),)), 7.25, 2.0)
    assert len(made) == 4 and made[3] == "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"
    assert segments.playlist([f"s-{n}.vtt" for n in range(4)], 7.25, 2.0) == (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXTINF:2.000000,\ns-0.vtt\n#EXTINF:2.000000,\ns-1.vtt\n#EXTINF:2.000000,\ns-2.vtt\n"
        "#EXTINF:1.250000,\ns-3.vtt\n#EXT-X-ENDLIST\n"
    )


@given(
    some.lists(some.tuples(some.integers(0, 60_000), some.integers(1, 9000)), max_size=20),
    some.floats(0.04, 50),
    some.sampled_from([1.0, 2.0, 4.004, 10.0]),
)
def test_each_cue_is_exactly_where_it_is_seen(times: list[tuple[int, int]], seconds: float, length: float) -> None:
    cues = ordered(Cue(a, a + b, f"cue{n}") for n, (a, b) in enumerate(times))
    made = segments.texts(Subtitles(cues), seconds, length)
    assert len(made) == segments.count(seconds, length)
    for number, text in enumerate(made):
        begin, end = 1000 * number * length, min(1000 * (number + 1) * length, 1000 * seconds)
        last = number + 1 == len(made)
        inside = {c.text for c in cues if c.start < end and (c.end > begin or (last and c.end > begin))}
        found = set(re.findall(r"cue\d+", text))
        assert found <= {c.text for c in cues if c.start < end + 0.6 and c.end > begin - 0.6}
        assert inside - found <= {c.text for c in cues if c.start > end - 1 or c.end < begin + 1}
