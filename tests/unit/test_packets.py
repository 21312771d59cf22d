"""What packets tell: which streams hold something, encryption, clocks that leap."""

import math

from reelmill.media import packets
from reelmill.media.packets import Packet


def film(*spans: tuple[float, float], streams: int = 2) -> list[Packet]:
    """25 packets a second of each stream; spans of (first time on the clock, seconds) one after the other in the
    file."""
    made = []
    for begin, seconds in spans:
        for n in range(round(seconds * 25)):
            made += [Packet(s, begin + n / 25, begin + n / 25, 0.04, True) for s in range(streams)]
    return made


def test_lines_of_ffprobe() -> None:
    """dts stands in for pts, side data, trailing fields and empty lines do not matter, what an edit list discards is
    hidden."""
    text = b"1,-1.0,-1.0,0.04,KD_,Skip Samples\n0,0.08,0.0,0.04,K__,\n0,N/A,0.04,N/A,___\n0,N/A,N/A,0.04,___\n\n"
    found, encrypted = packets.parse(text)
    assert [(p.stream, p.duration, p.key, p.hidden) for p in found] == [
        (1, 0.04, True, True),
        (0, 0.04, True, False),
        (0, 0.0, False, False),
        (0, 0.04, False, False),
    ]
    assert [p.time for p in found[:3]] == [-1.0, 0.08, 0.04] and math.isnan(found[3].time)
    assert not encrypted and packets.parse(b"0,0.0,0.0,0.04,K__,Encryption info\n")[1]


def test_streams_are_counted_and_measured() -> None:
    raw = {"format": {}, "streams": [{"index": 0}, {"index": 1}, {"index": 2}]}
    counted = packets.annotate(
        raw, [Packet(0, 1.0, 1.0, 0.5, True), Packet(0, 3.5, 3.5, 0.5, True), Packet(1, math.nan, math.nan, 0, True)]
    )
    assert [s["packets"] for s in counted["streams"]] == [
        {"count": 2, "first": 1.0, "end": 4.0, "hole": 2.0},
        {"count": 1, "first": None, "end": None, "hole": 0.0},
        {"count": 0, "first": None, "end": None, "hole": 0.0},
    ]


def test_broadcasts_that_begin_again_go_on() -> None:
    """As ffmpeg does it for transport streams: joined recordings are one film."""
    mended, leaps = packets.continuous(film((0, 6), (0, 6)), (0, 1), "mpegts")
    assert len(leaps) == 1 and [round(p.time, 2) for p in mended if p.stream == 0] == [
        round(n / 25, 2) for n in range(300)
    ]


def test_a_hole_in_all_streams_of_a_flash_film_is_a_leap_and_a_standing_picture_is_none() -> None:
    leapt, leaps = packets.continuous(film((0, 6), (54_006, 6)), (0, 1), "flv")
    assert round(leaps[0][1]) == 54_000 and max(p.time for p in leapt) < 12.1
    assert packets.demuxer("flv", leaps) == ("-f", "live_flv") and not packets.hopeless("flv", leaps)
    back, leaps = packets.continuous(film((0, 6), (1, 6)), (0, 1), "flv")
    assert leaps and round(max(p.time for p in back)) == 12
    assert packets.continuous(film((0, 6), (26, 6)), (0, 1), "flv")[1] == (), (
        "twenty seconds of nothing are what was recorded"
    )
    slide = [*film((0, 120), streams=1), Packet(1, 0.0, 0.0, 0.04, True), Packet(1, 110.0, 110.0, 0.04, True)]
    assert packets.continuous(slide, (0, 1), "flv")[1] == (), "sound goes on while a picture stands"


def test_other_formats_are_not_mended_so_a_leap_is_told() -> None:
    same, leaps = packets.continuous(film((0, 6), (54_006, 6)), (0, 1), "matroska,webm")
    assert packets.hopeless("matroska,webm", leaps) and max(p.time for p in same) > 54_000
    assert packets.continuous(film((0, 6), (306, 6)), (0, 1), "matroska,webm")[1] == (), (
        "five minutes of nothing are a pause"
    )


def test_what_an_edit_list_shows_again_is_no_leap() -> None:
    """A film whose middle was left out: the pictures since the key frame before the second part are decoded again and
    hidden."""
    first, second = film((0, 1)), film((0.1, 2))
    cut = [p._replace(hidden=p.dts < 1) for p in second]
    assert packets.continuous([*first, *cut], (0, 1), "mov,mp4,m4a")[1] == ()
    assert packets.continuous([*first, *second], (0, 1), "mov,mp4,m4a")[1] != ()


def test_fields_in_packets_of_their_own_are_one_picture_two_by_two() -> None:
    fields = [Packet(0, n / 50, n / 50, 0.02, n % 24 == 0) for n in range(48)]
    found = packets.paired(fields, 25.0)
    assert [(p.time, p.duration, p.key) for p in found] == [(n / 25, 0.04, n % 12 == 0) for n in range(24)]
    whole = [Packet(0, n / 25, n / 25, 0.04, True) for n in range(24)]
    assert list(packets.paired(whole, 25.0)) == whole, "pictures with both fields in one packet stay"


def test_only_some_codecs_are_refreshed_bit_by_bit() -> None:
    stream = [Packet(0, n / 25, n / 25, 0.04, n % 12 == 0) for n in range(48)]
    assert (
        packets.gradual(stream, "h264"),
        packets.gradual(stream, "mpeg4"),
        packets.gradual(stream[:12], "h264"),
    ) == (12 / 25, None, None)
    assert packets.bit_by_bit(b"0,\n1,\n") and packets.bit_by_bit(b"") and not packets.bit_by_bit(b"1,\n0,\n")


def test_a_clock_that_stands_still_is_one_that_leaps() -> None:
    """Made by muxers that could not write times which go back."""
    stands = [p._replace(pts=min(p.pts, 2.0), dts=min(p.dts, 2.0)) for p in film((0, 4))]
    ((at, by),) = packets.continuous(stands, (0, 1), "matroska,webm")[1]
    assert at == 2.0 and by == -1.0


def test_a_list_that_ends_before_its_stream_falls_short() -> None:
    def told(end: float | None, **stream: str) -> bool:
        return packets.falls_short({"streams": [{"codec_type": "audio", "packets": {"end": end}, **stream}]})

    assert told(3.0, start_time="1.0", duration="2.5") and told(None, duration="2.5")
    assert not told(3.45, start_time="1.0", duration="2.5") and not told(3.0, duration="2.5")
    assert not told(None, start_time="1.0") and not told(None, duration="N/A")
    assert not told(1.0, duration="9", codec_type="subtitle")
