"""Probes, the pure parts: which pictures are compared, what encoders and VMAF tell of them."""

from dataclasses import replace

import pytest

from reelmill.media import probing, smart, spots
from reelmill.media.probe import parse
from reelmill.nodes import analysis
from unit.test_ladder_golden import TIMELINE, source, stream


def test_probes_are_read_by_spot_output_and_picture() -> None:
    size, info = smart.Size(270, 480, 270), parse(source(stream("video", 0)))
    plan = analysis.plan(smart.sizes(480, 270), {}, info, TIMELINE, {"deinterlace": "Auto"})
    probed = probing.Probed(plan.info, plan.whole, ((size, plan.whole),)).at({size: (20.0, 28.0)})
    chosen = [spots.Spot(0, 0.5), spots.Spot(9, 0.5)]
    sizes = "".join(f"{output} {bytes_}\n" for bytes_ in (5000, *[1000] * 11) for output in (0, 1, 2, 3))
    # of twelve pictures two pairs are compared, the fourth and fifth, the eleventh and twelfth: one of each is scored
    scores = "Frame,integer_motion,vmaf,\n" + "".join(
        f"{2 * n},1,{vmaf}.0,\n" for n, vmaf in enumerate((96, 98, 80, 84, 90, 90, 70, 70))
    )
    read = probing.read(chosen, probed, sizes, scores, TIMELINE)
    assert read is not None
    (_, good), (_, poor) = read[0]
    assert (good.vmaf, poor.vmaf) == (97.0, 82.0) and [probe.vmaf for _, probe in read[1]] == [90.0, 70.0]
    # a twentieth of a key frame of the film, which is larger, is in half a second; all others are as the others
    assert good.rate == pytest.approx((0.05 * 1.1 * 5000 + 11.95 * 1000) * 8 / 1000 / 0.5)
    assert probing.read(chosen, probed, "", scores, TIMELINE) is None


def test_key_frames_in_a_spot_are_not_counted_as_its_pictures() -> None:
    packets = [5000, 100, 100, 4000, 100, 100]
    inside, film = spots.Spot(0, 0.25, keys=0.4, cuts=1), spots.Spot(0, 0.25, whole=True)
    assert probing._rate(packets, inside) == pytest.approx((0.1 * 1.1 * 5000 + 5.9 * 100) * 8 / 1000 / 0.25)
    assert probing._rate(packets, film) == pytest.approx(sum(packets) * 8 / 1000 / 0.25)


def test_a_spot_of_few_pictures_that_come_unevenly_is_compared_from_its_first_one() -> None:
    info = parse(source(stream("video", 0)))
    sizes = smart.sizes(480, 270)
    uneven = replace(TIMELINE, steady=False)
    probed = analysis.plan(sizes, {}, info, uneven, {"deinterlace": "Auto"})
    (size,) = sizes.values()
    probed = probed.at({size: (26.0,)})
    read = probing.read([spots.Spot(0, 4.0)], probed, "0 9000\n0 100\n", "Frame,vmaf\n0,91.0\n", uneven)
    assert read is not None and read[0][0][1].vmaf == 91.0


def test_at_few_pictures_a_second_the_key_frame_of_a_spot_is_not_compared_either() -> None:
    info, slow = parse(source(stream("video", 0))), replace(TIMELINE, frame=0.1)
    sizes = smart.sizes(480, 270)
    (size,) = sizes.values()
    probed = analysis.plan(sizes, {}, info, TIMELINE, {"deinterlace": "Auto"}).at({size: (26.0,)})
    chosen = [spots.Spot(0, 0.5), spots.Spot(9, 0.5)]
    compare = probing.task("then-0", chosen, probed, slow, ("j",)).commands[-1].argv
    assert "select='gte(n,3)*lt(mod(n-3,4),2)'" in compare[compare.index("-lavfi") + 1]
    # of five pictures one pair: the fourth and the fifth
    listed = "".join(f"{output} 100\n" for output in (0, 1) for _ in range(5))
    read = probing.read(chosen, probed, listed, "Frame,vmaf\n0,91.0\n2,80.0\n", slow)
    assert read is not None and [probes[0][1].vmaf for probes in read] == [91.0, 80.0]


def test_outputs_are_compared_with_the_source_in_its_own_matrix() -> None:
    """720 lines that tell BT.601: outputs get what players expect of their size, what they are compared with stays."""
    video = stream("video", 0, width=1280, height=720, color_space="smpte170m")
    probed = analysis.plan(smart.sizes(1280, 720), {}, parse(source(video)), TIMELINE, {"deinterlace": "Auto"})
    assert (probed.whole.matrix, probed.whole.convert) == ("smpte170m", False)
    assert {size.lines: plan.matrix for size, plan in probed.sizes} == {
        360: "smpte170m",
        480: "smpte170m",
        720: "bt709",
    }
    probed = probed.at(dict.fromkeys((size for size, _ in probed.sizes), (26.0,)))
    encode, compare = (one.argv for one in probing.task("a", [spots.Spot(5.0, 2.0)], probed, TIMELINE, ("j",)).commands)
    drawn = encode[encode.index("-filter_complex") + 1]
    assert drawn.count("colorspace=ispace=smpte170m") == 1, "of 720 lines alone"
    sides = compare[compare.index("-lavfi") + 1].split(";")
    assert [("scale=" in side) for side in sides if side.startswith("[3:v]")] == [False]
    old = parse(source({**video, "color_space": "smpte240m"}))  # what not every filter knows is converted at once
    whole = analysis.plan(smart.sizes(1280, 720), {}, old, TIMELINE, {"deinterlace": "Auto"}).whole
    assert (whole.matrix, whole.convert) == ("bt709", True)


def test_every_encoder_writes_into_a_list_of_its_own() -> None:
    info = parse(source(stream("video", 0)))
    probed = analysis.plan(smart.sizes(1280, 720), {}, info, TIMELINE, {"deinterlace": "Auto"})
    probed = probed.at(dict.fromkeys((size for size, _ in probed.sizes), (23.0, 29.0)))
    task = probing.task("first-1", [spots.Spot(5.0, 2.0), spots.Spot(8.0, 2.0)], probed, TIMELINE, ("j",))
    encode, other, compare = (command.argv for command in task.commands)
    lists = [argv[n + 1] for argv in (encode, other) for n, word in enumerate(argv) if word == "-stats_enc_post:v"]
    assert len(set(lists)) == len(lists) == 12 and f"concat:{'|'.join(lists)}" in compare
    assert encode[encode.index("-ss") + 1] == "4.979167" and encode.count("libx264") == 6
    assert set(lists) < set(task.drop) and task.expect == ("sizes.txt", "scores.csv")
    pairs = "select='gte(n,3)*lt(mod(n-3,7),2)'"
    assert (
        f"[v0]{pairs}[whole]" in encode[encode.index("-filter_complex") + 1]
        and f"]{pairs},scale" in compare[compare.index("-lavfi") + 1]
    )
    assert "concat=n=12" in compare[compare.index("-lavfi") + 1]
