"""Where the pictures of television change their shape, from what ffprobe tells of key frames."""

import math

import pytest

from reelmill.core.model import Timeline
from reelmill.media import aspect
from reelmill.media.packets import Packet

WIDE, OLD = 1024 / 576, 768 / 576
_SEEN = b"10.0,720,576,64:45,\n10.5,720,576,64:45\n11.0,720,576,16:15\n11.5,720,576,16:15\n12.0,720,576,64:45\n"


def keys(*times: float) -> list[Packet]:
    return [Packet(0, time, time, 0.04, True) for time in times] + [Packet(0, 20.0, 20.0, 0.04, False)]


def test_changes_are_counted_from_the_start_of_the_file() -> None:
    found = aspect.changes(_SEEN, keys(10, 10.5, 11, 11.5, 12), 10.0)
    assert [at for at, _ in found] == [0.0, 1.0, 2.0]
    assert [shape for _, shape in found] == pytest.approx([WIDE, OLD, WIDE])


def test_where_the_clock_leaps_packets_tell_the_mended_times() -> None:
    mended = keys(10, 10.5, 31, 31.5, 32)
    assert [at for at, _ in aspect.changes(_SEEN, mended, 10.0, leaps=True)] == [0.0, 21.0, 22.0]
    assert aspect.changes(_SEEN, mended[1:], 10.0, leaps=True) == (), "nobody knows which is which"
    assert len(aspect.changes(_SEEN, mended[1:], 10.0)) == 3


@pytest.mark.parametrize(
    "seen", [b"", b"10.0,720,576,64:45\n" * 3, b"N/A,720,576,64:45\n10.5,720,576,N/A\nx\n,,,\n0,1,0,1:0\n"]
)
def test_a_film_of_one_shape_has_none(seen: bytes) -> None:
    assert aspect.changes(seen, keys(10, 10.5), 10.0) == ()


@pytest.mark.parametrize(
    ("second", "shapes"),
    [
        (b"544,576,32:17", [WIDE]),
        (b"720,576,N/A", [WIDE, 720 / 576]),
        (b"1280,720,1:1", [WIDE]),
        (b"1440,1080,4:3", [WIDE]),
    ],
)
def test_pixels_of_another_shape_are_told_though_pictures_keep_theirs(second: bytes, shapes: list[float]) -> None:
    found = aspect.changes(b"10.0,720,576,64:45\n11.0,%s\n" % second, keys(10, 11), 10.0)
    assert [shape for _, shape in found] == pytest.approx(shapes, rel=0.001)


@pytest.mark.parametrize(
    ("text", "once"),
    [
        (b"#tb 0: 1/90000\n0, 0, 0, 1, 32, 0xaa, S=1, a, 1, 0xe0\n0, 9, 9, 1, 32, 0xaa, S=1, a, 1, 0xe1\n", True),
        (b"#tb 0: 1/90000\n0, 0, 0, 1, 32, 0xaa\n0, 9, 9, 1, 32, 0xab\n", False),
        (b"0, 0, 0, 1, 32, 0xaa\n0, 9, 9, 1, 33, 0xaa\n", False),
        (b"#tb 0: 1/90000\n", False),
        (b"", False),
    ],
)
def test_only_a_shape_that_is_always_told_alike_needs_no_decoder(text: bytes, once: bool) -> None:
    assert aspect.told_once(text) is once


def test_nonsense_is_not_followed() -> None:
    many = b"".join(b"%d,720,576,%s\n" % (n, (b"64:45", b"16:15")[n % 2]) for n in range(600))
    assert aspect.changes(many, [], 0.0) == ()


@pytest.mark.parametrize(
    ("at", "shape"), [(0.0, WIDE), (0.96, WIDE), (1.0, OLD), (1.96, OLD), (2.0, WIDE), (9.0, WIDE)]
)
@pytest.mark.parametrize("begin", [0.0, 0.5, 1.5])
def test_the_expression_tells_the_shape_of_each_picture(at: float, shape: float, begin: float) -> None:
    text = aspect.expression(((0.0, WIDE), (1.0, OLD), (2.0, WIDE)), begin)
    value = eval(text, {"gte": lambda a, b: float(a >= b), "t": at - begin})
    assert math.isclose(value, shape, rel_tol=1e-5)


@pytest.mark.parametrize(
    ("start", "left"), [(0.0, [0.0, 1.0, 2.0]), (0.5, [-0.5, 0.5, 1.5]), (1.0, [0.0, 1.0]), (2.5, [-0.5])]
)
def test_a_part_begins_with_the_shape_that_it_has_there(start: float, left: list[float]) -> None:
    assert [at for at, _ in aspect.within(((0.0, WIDE), (1.0, OLD), (2.0, WIDE)), start)] == left


def test_it_survives_being_written_down() -> None:
    made = Timeline(1, 0.0, 1.0, 0.04, True, ((0.0, 0),), shapes=((0.0, WIDE), (1.0, OLD)))
    assert Timeline.from_json(made.to_json()) == made
