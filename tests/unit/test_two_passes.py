"""Two passes in pieces: every part of a film gets the bits at which it looks like the others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.core.spending import Spending
from reelmill.media.two_passes import read, shares

LOG = """#options: 320x180 fps=25/1 timebase=1/25 rc=abr mbtree=1 bitrate=400 ip_ratio=1.40
in:0 out:0 type:I dur:2 cpbdur:2 q:24.00 aq:20.18 tex:4000 mv:800 misc:60 imb:240 pmb:0 smb:0 d:- ref:;
in:3 out:1 type:P dur:2 cpbdur:2 q:18.00 aq:18.18 tex:2000 mv:500 misc:40 imb:0 pmb:240 smb:0 d:- ref:0 w:6,60,1;
in:1 out:2 type:b dur:2 cpbdur:2 q:12.00 aq:12.18 tex:0 mv:3 misc:20 imb:0 pmb:0 smb:240 d:- ref:0 ;
"""
X265 = (
    "in:0 out:0 type:I q:12.00 q-aq:20.95 q-noVbv:29.12 q-Rceq:0.00 tex:100 mv:10 misc:1 "
    "icu:60 pcu:0 scu:0 sc:1 ref:;\n"
)

parts = st.builds(Spending, *3 * [st.floats(0, 1e9)]).filter(lambda one: one.texture > 1000)


def test_what_encoders_note_of_each_picture_is_read(tmp_path: Path) -> None:
    file = tmp_path / "pass-0"
    file.write_text(LOG)
    found = read(file)
    fine, middle = 0.85, 0.85 * 2  # scales of quantizers 12 and 18
    assert found.rest == 120
    assert found.texture == pytest.approx(4000 * (fine * 4 * 1.4) ** 1.1 + 2000 * middle**1.1)
    assert found.motion == pytest.approx(800 * (fine * 4 * 1.4) ** 0.5 + 500 * middle**0.5 + 3)
    file.write_text(X265)
    expected = [100 * (fine * 1.4) ** 1.1, 10 * (fine * 1.4) ** 0.5, 1]
    assert read(file).to_json() == pytest.approx(expected)
    file.write_bytes(b"in:0 \xff\xfe nothing")
    assert read(file) == Spending(0, 0, 0)


def test_a_part_that_takes_twice_the_bits_gets_twice_the_rate() -> None:
    simple, twice = Spending(1e6, 0, 0), Spending(2e6, 0, 0)
    assert shares([simple, twice], [10, 10], 600) == (400, 800)
    assert shares([simple, twice], [10, 20], 600) == (600, 600), "it is also twice as long"


def test_what_a_part_may_not_have_goes_to_the_others() -> None:
    parts = [Spending(size, 0, 0) for size in (1e6, 1e6, 8e6)]
    assert shares(parts, [10, 10, 10], 1000, most=1500) == (750, 750, 1500)
    assert shares(parts, [10, 10, 10], 1000, most=900) == (900, 900, 900), "the peak is below the rate"


def test_nothing_is_known_of_parts_without_a_picture() -> None:
    assert shares([Spending(0, 0, 0)] * 2, [1, 1], 500) == (10, 10)


@given(st.lists(st.tuples(parts, st.floats(1, 100)), min_size=1, max_size=20), st.integers(100, 20_000))
def test_all_parts_together_have_the_rate(found: list[tuple[Spending, float]], rate: int) -> None:
    """Unless what no quantizer changes takes more than that, or a part needs less than an encoder can be asked for."""
    spent, seconds = [one for one, _ in found], [long for _, long in found]
    made = shares(spent, seconds, rate)
    total = sum(kbit * long for kbit, long in zip(made, seconds, strict=True))
    least = sum(one.rest for one in spent) / 1000
    if least < 0.5 * rate * sum(seconds) and min(made) > 10:
        assert total == pytest.approx(rate * sum(seconds), rel=0.02)
