"""Analysis, the pure parts: which moments are probed, what probes tell, which definitions are worth to be made."""

import math
from typing import Any

import pytest

from reelmill.api import shapes
from reelmill.core import clock
from reelmill.core.errors import NotWanted, Problems
from reelmill.media import fitting, smart, spots
from reelmill.media.fitting import Curve, Probe
from reelmill.media.output import effective
from reelmill.media.presets import PRESETS
from reelmill.media.spots import Packets
from reelmill.media.template import check_template
from reelmill.nodes import analysis, transcode
from reelmill.nodes.transcode import smart_presets
from reelmill.services import analysed

FILM_ITSELF, SPOT = spots.Spot(0.0, 5.0, whole=True), spots.Spot(0.0, 1.5)
HD, SD, LD = (f"S00000000-2000{n}0" for n in (4, 3, 2))


def curve(rate: float, vmaf: float, *, fall: float = 0.11, rise: float = 0.12) -> Curve:
    """A film that needs `rate` for `vmaf` at the constant quality 24."""
    probes = [
        Probe(crf, rate * math.exp(-fall * (crf - 24)), 100 - (100 - vmaf) * math.exp(rise * (crf - 24)))
        for crf in fitting.POINTS
    ]
    return Curve((fitting.line(probes, FILM_ITSELF),))


def chosen(
    sides: tuple[int, int], films: dict[int, tuple[float, float]], rate: int = 20_000, *, highest: bool = False
) -> tuple[dict[str, fitting.Choice], dict[str, str]]:
    """What is kept of a picture of these sides, where lines -> (Kbit/s, VMAF) at the constant quality 24."""
    sizes = smart.sizes(*sides)
    curves = {size: curve(*films[size.lines]) for size in sizes.values()}
    kept, left = fitting.choose(sizes, curves, 93.0, rate, highest=highest)
    return {one.definition.name: one for one in kept}, left


FILM = {1080: (2400.0, 95.0), 720: (1200.0, 87.0), 480: (600.0, 84.0), 360: (350.0, 76.0), 270: (300.0, 95.0)}


def test_a_film_gets_the_definitions_that_look_better_than_the_next_smaller_one() -> None:
    kept, left = chosen((1920, 1080), FILM)
    assert list(kept) == ["LD", "SD", "HD", "FHD"] and list(left) == ["XLD"]
    assert kept["FHD"].vmaf == pytest.approx(93.0, abs=0.02) and kept["FHD"].rate < 2400
    assert [one.size.height for one in kept.values()] == [360, 480, 720, 1080]
    assert [one.rate for one in kept.values()] == sorted(one.rate for one in kept.values())


def test_a_definition_that_adds_nothing_is_left_out_with_the_reason() -> None:
    kept, left = chosen((1920, 1080), dict.fromkeys(FILM, (200.0, 95.0)))
    assert "FHD" not in kept and "hardly better than LD" in left["FHD"]


def test_no_rate_is_above_that_of_its_preset_or_of_the_source() -> None:
    hard = {lines: (3 * rate, vmaf) for lines, (rate, vmaf) in FILM.items()}
    kept, _ = chosen((1920, 1080), hard)
    assert all(one.rate <= one.definition.cap for one in kept.values())
    kept, left = chosen((1920, 1080), hard, 700)
    assert set(left) == {"XLD", "HD", "FHD"} and "700 Kbit/s" in left["HD"]
    assert kept["SD"].rate == 700


def test_simple_films_get_less_than_their_preset_is_named_for() -> None:
    kept, _ = chosen((1280, 720), {720: (300.0, 96.0), 480: (150.0, 88.0), 360: (90.0, 80.0)})
    assert kept["HD"].rate < 300 < kept["HD"].definition.floor


def test_pictures_are_never_enlarged() -> None:
    kept, left = chosen((480, 270), FILM)
    assert list(kept) == ["LD"] and (kept["LD"].size.width, kept["LD"].size.height) == (480, 270)
    assert "enlarge" in left["SD"] and "270 lines" in left["FHD"]
    kept, left = chosen((320, 180), {180: (100.0, 95.0)})
    assert list(kept) == ["XLD"]


def test_only_the_highest_definition_is_kept_where_it_is_asked_for() -> None:
    kept, left = chosen((1920, 1080), FILM, highest=True)
    assert list(kept) == ["FHD"] and left["LD"] == "Only the highest definition is kept: FHD."


@pytest.mark.parametrize(
    ("sides", "sizes"),
    [
        ((1920, 1080), {"LD": (640, 360), "SD": (854, 480), "HD": (1280, 720), "FHD": (1920, 1080)}),
        ((3840, 2160), {"LD": (640, 360), "SD": (854, 480), "HD": (1280, 720), "FHD": (1920, 1080)}),
        ((1080, 1920), {"LD": (360, 640), "SD": (480, 854), "HD": (720, 1280), "FHD": (1080, 1920)}),
        ((1280, 536), {"LD": (640, 268), "SD": (854, 358), "HD": (1280, 536), "FHD": (1280, 536)}),
        ((768, 576), {"LD": (480, 360), "SD": (640, 480), "HD": (768, 576)}),
        ((720, 400), {"LD": (720, 400)}),
        ((160, 120), {"XLD": (160, 120)}),
    ],
)
def test_sizes_follow_the_shape_of_the_source(sides: tuple[int, int], sizes: dict[str, tuple[int, int]]) -> None:
    assert {d.name: (s.width, s.height) for d, s in smart.sizes(*sides).items()} == sizes


def test_rate_quality_moves_the_goal() -> None:
    assert smart.target(93, 25) == 93
    assert smart.target(93, 18) > 96 and smart.target(93, 40) == 84
    assert smart.target(93, 1) == 98 and smart.target(80, 51) >= 40


def test_what_is_expanded_is_a_template_that_can_be_used() -> None:
    size = smart.Size(720, 1280, 720)
    for template_id in (one for one in PRESETS if one.startswith("S00000000")):
        body = smart.expanded(
            template_id, size, 900, 93.0, network=True, picture={"Crop": "1280:720:0:40"}, forced=True
        )
        problems = Problems()
        checked = check_template({k: v for k, v in body.items() if k not in ("Vmaf", "Deinterlace")}, problems, "")
        assert problems.found == [] and checked["Video"]["Bitrate"] == "900"
        output = transcode.output_params({"OutputObject": "a", "TemplateId": template_id}, Problems(), "")
        assert effective(output, {template_id: body})["Deinterlace"] == "Force"


def test_what_is_probed_is_a_bounded_share_of_the_film() -> None:
    assert spots.choose(0.5, 0.9, Packets()) == ()
    assert spots.choose(0.5, 5.5, Packets()) == (spots.Spot(0.5, 5.0, whole=True),)
    for length, count in ((8, 4), (20, 4), (30, 4), (60, 5), (200, 20), (7200, 40)):
        found = spots.choose(0.0, length, Packets())
        assert len(found) == count and sum(one.seconds for one in found) <= max(4.01, min(60.01, 0.155 * length))
        assert all(0 <= one.start <= length - one.seconds + 1e-6 for one in found)
        assert sum(one.share for one in found) == pytest.approx(1)
    assert len(spots.choose(0.0, 60.0, Packets(), frame=0.1)) == 3  # pictures count, not seconds
    assert len(spots.choose(0.0, 600.0, Packets(), seekable=False)) == 1


@pytest.mark.parametrize(("count", "parts"), [(1, [1]), (2, [2]), (4, [1, 3]), (5, [1, 3, 1]), (19, [2, 3, 14])])
def test_each_spot_is_probed_once_and_the_first_few_show_where_the_others_are_probed(
    count: int, parts: list[int]
) -> None:
    chosen = [spots.Spot(float(n), 1.5) for n in range(count)]
    found = spots.rounds(chosen)
    assert [len(some) for some in found] == parts
    assert sorted(one.start for some in found for one in some) == [one.start for one in chosen]
    assert [one for group in spots.grouped(found[-1]) for one in group] == list(found[-1])


def test_a_result_says_how_far_it_can_be_believed() -> None:
    said = [spots.accuracy(spots.choose(0.0, length, Packets())) for length in (60, 15, 5, 0.4)]
    assert said == ["measured", "measured", "measured", "static"]
    assert spots.accuracy(spots.choose(0.0, 60, Packets(), seekable=False)) == "estimated"


def test_what_is_too_short_to_be_probed_gets_static_rates_within_its_own() -> None:
    sizes = smart.sizes(1280, 720)
    kept, left = fitting.unmeasured(sizes, 1500)
    assert [(one.definition.name, one.rate, one.vmaf) for one in kept] == [
        ("LD", 400, 0.0),
        ("SD", 800, 0.0),
        ("HD", 1500, 0.0),
    ]
    assert set(left) == {"XLD", "FHD"}
    kept, left = fitting.unmeasured(sizes, 20_000, highest=True)
    assert [one.definition.name for one in kept] == ["HD"] and "than HD" in left["FHD"]


def test_where_the_first_spots_point_the_others_are_probed() -> None:
    sizes = smart.sizes(1280, 720)
    curves = {
        size: curve(*{720: (1200.0, 95.0), 480: (600.0, 84.0), 360: (350.0, 76.0)}[size.lines])
        for size in sizes.values()
    }
    kept, _ = fitting.choose(sizes, curves, 93.0, 20_000)
    near = fitting.near(curves, kept, 93.0)
    assert set(near) == set(curves)
    assert all(
        abs(crf - curves[size].at_rate(one.rate)) <= 0.5
        for one in kept
        for size, (crf,) in near.items()
        if size == one.size
    )
    (one,) = curves[kept[0].size].lines
    assert fitting.line([Probe(27, 500, 90)], SPOT).rate[1] == pytest.approx(-0.115) != one.rate[1]  # as most are


def test_what_lacks_for_want_of_pixels_does_not_follow_the_quality() -> None:
    large, small = [Probe(23, 900, 96), Probe(29, 450, 92)], [Probe(26, 300, 75)]
    assert fitting.line(large, SPOT, large).lack[1] == pytest.approx(math.log(2) / 6)
    assert 0.4 * 0.115 < fitting.line(small, SPOT, large).lack[1] < 0.7 * 0.115
    assert fitting.line(small, SPOT, small).lack[1] == pytest.approx(0.115)
    # what a film lacks less than its spots is a share of what the largest size lacks, not of what few pixels cost
    less = [
        math.log(25) - (one.lack[0] + one.lack[1] * 26)
        for one in (fitting.line(small, SPOT, of) for of in (large, small))
    ]
    assert less[1] == pytest.approx(0.17) and less[0] == pytest.approx(0.17 * math.sqrt(4 * 8) / 25)


def test_a_film_lacks_less_than_its_spots_which_have_a_beginning_and_an_end() -> None:
    probes = [Probe(23, 900, 96), Probe(29, 450, 92)]
    spot, film = (Curve((fitting.line(probes, one),)) for one in (SPOT, FILM_ITSELF))
    assert 0.85 < (100 - spot.vmaf(26)) / (100 - film.vmaf(26)) < 1
    assert spot.rate(26) / film.rate(26) == pytest.approx(1.06)


def test_spots_stand_for_simple_and_complex_scenes() -> None:
    """Half of the film is ten times as complex: it is probed about as often, and the mean is that of the film."""
    found = spots.choose(0.0, 240.0, Packets((1000,) * 3000 + (10_000,) * 3000))
    late = [one for one in found if one.start >= 120]
    assert abs(len(late) - len(found) / 2) <= 1 and all(0.9 < one.weight < 1.2 for one in late[1:])


def test_every_stretch_of_a_film_has_its_spot() -> None:
    """What lacks in titles at the end, which cost little, is that of no cheap scene elsewhere."""
    found = spots.choose(0.0, 240.0, Packets((10_000, 3000) * 2500 + (100,) * 1000))
    starts = sorted(one.start for one in found)
    every = 240 / len(found)
    assert all(n * every <= start < (n + 1) * every for n, start in enumerate(starts))
    assert [one.start for one in found] != starts  # told from the simplest to the most complex
    assert sum(one.share for one in found) == pytest.approx(1)


def test_the_spot_of_a_stretch_costs_what_the_stretch_does() -> None:
    scenes = [100 * (1 + n % 3) for n in range(160)]  # one of each 1.5 s
    found = spots.choose(0.0, 240.0, Packets(tuple(size for size in scenes for _ in range(38))))
    assert all(0.8 < one.weight < 1.25 for one in found)


def listed(waits: list[int]) -> str:
    """Packets with a key frame after so many, and at the end of them."""
    return "".join("9000,K__\n" + "100,___\n" * (wait - 1) for wait in waits)


def test_packets_are_read_line_by_line() -> None:
    assert spots.packets("9000,K__\n812,___\n40,___\n700,K_\n").sizes == (426, 812, 40, 700)
    assert spots.packets("812\n40,\nN/A\n7\n") == Packets((812, 40, 7))


def test_key_frames_that_come_before_their_time_tell_where_scenes_begin() -> None:
    assert spots.packets(listed([50, 50, 50, 50])).cuts == ()
    assert spots.packets(listed([250, 70, 250, 31, 250])).cuts == (320, 601)
    assert spots.packets("9,K__\n" * 100).cuts == ()  # of all pictures none is special


def test_spots_lie_inside_of_scenes_and_know_how_many_key_frames_the_film_has() -> None:
    packets = spots.packets(listed([250, 70, 250, 31, 250, 100, 90, 250, 149]))
    found = spots.choose(0.0, 60.0, packets, frame=1 / 24)
    assert [one.cuts for one in found] == [0] * len(found)
    begins = [cut / 24 for cut in packets.cuts]
    assert not any(one.start < begin < one.start + one.seconds - 0.05 for one in found for begin in begins)
    # four scenes begin early; of the five, four last longer than ten seconds and get a key frame more
    assert found[0].keys == pytest.approx(9 / 60)
    (still,) = {one.keys for one in spots.choose(0.0, 60.0, spots.packets(listed([48] * 30)))}
    assert still == pytest.approx(0.1)


def test_a_still_picture_gives_curves_that_can_be_solved() -> None:
    still = Curve((fitting.line([Probe(20, 3, 100), Probe(28, 3, 100)], FILM_ITSELF),))
    assert still.vmaf(still.at_vmaf(93)) >= 93 and still.rate(still.at_rate(500)) < 500


def transcode_behind(result: dict[str, Any], template_id: str) -> dict[str, Any]:
    nodes = {
        "start": {"type": "Start", "predecessors": (), "result": {}},
        "look": {"type": "Analysis", "state": "Success", "predecessors": ("start",), "result": result},
        "t": {"type": "Transcode", "predecessors": ("look",), "result": {}},
    }
    return dict(smart_presets.found(template_id, nodes, "t"))


def test_a_transcode_finds_its_template_or_is_not_wanted() -> None:
    result = {"smart": {LD: {"Id": LD}}, "left_out": {SD: "It would enlarge."}}
    assert transcode_behind(result, LD) == {LD: {"Id": LD}}
    assert transcode_behind(result, "S00000001-200010") == {}
    with pytest.raises(NotWanted) as skipped:
        transcode_behind(result, SD)
    assert skipped.value.failure.message == "It would enlarge."
    with pytest.raises(NotWanted):
        transcode_behind(result, HD)


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"QualityControl": {"RateQuality": "52"}}, "QualityControl.RateQuality"),
        ({"QualityControl": {"MethodStreaming": "air"}}, "QualityControl.MethodStreaming"),
        ({"PropertiesControl": {"Crop": {"Width": 8}}}, "PropertiesControl.Crop.Mode"),
        ({"PropertiesControl": {"Crop": {"Mode": "Force", "Width": 8}}}, "PropertiesControl.Crop.Height"),
        ({"PropertiesControl": {"Deinterlace": "Maybe"}}, "PropertiesControl.Deinterlace"),
        ({"Speed": 1}, "Speed"),
    ],
)
def test_what_cannot_be_asked_for_is_named(config: dict[str, Any], path: str) -> None:
    problems = Problems()
    analysis.config_params(config, 6, problems, "AnalysisConfig")
    assert f"AnalysisConfig.{path}" in [problem.path for problem in problems.found]


def test_the_configuration_is_told_whole() -> None:
    params = analysis.config_params({"PropertiesControl": '{"Crop": {"Mode": "none"}}'}, 6, Problems(), "c")
    assert params.config == {
        "QualityControl": {"RateQuality": "25", "MethodStreaming": "network"},
        "PropertiesControl": {"Deinterlace": "Auto", "Crop": {"Mode": "None"}},
    }


def test_a_result_is_told_for_two_weeks() -> None:
    row: dict[str, Any] = {
        "id": "j",
        "kind": "Analysis",
        "state": "Success",
        "pipeline_id": "p",
        "created_ms": 0,
        "percent": 100,
    }
    row |= {
        "request": {},
        "spec": {},
        "code": "",
        "message": "",
        "failure": None,
        "message_result": None,
        "user_data": "",
    }
    row |= {"result": {"smart": {LD: {"Id": LD}}}, "finished_ms": clock.now_ms() - 13 * 86_400_000}
    assert not analysed.expired(row) and shapes.analysis_job(row, expired=False)["TemplateList"] == [{"Id": LD}]
    assert analysed.expired(row | {"finished_ms": row["finished_ms"] - 2 * 86_400_000})
    old = shapes.analysis_job(row, expired=True)
    assert (old["State"], old["Code"], old["TemplateList"]) == ("Success", "AnalysisResultNotFound", [])


def test_a_film_without_pictures_gets_one_output_of_its_sound() -> None:
    found = analysis._of_sound({})
    assert found["templates"] == [f"S00000000-{digit}00040" for digit in (0, 1, 2)] and found["bitrate"] == 0
    assert set(found["left_out"]) == {one for one in PRESETS if one.startswith("S00000000")} - set(found["templates"])
    for template in found["smart"].values():
        problems = Problems()
        check_template({name: template[name] for name in ("Container", "Video", "Audio")}, problems, "T")
        assert problems.found == [] and template["Audio"]["Bitrate"] == "128"


def test_where_the_way_to_a_spot_costs_as_much_as_the_spot_less_is_probed() -> None:
    even = Packets((1000,) * 4800)
    usual, small = (spots.choose(0.0, 200.0, even, frame=1 / 24, begin=begin) for begin in (0.0, 9.0))
    assert (len(usual), len(small)) == (19, 16)
    assert sum(one.share for one in small) == pytest.approx(1)
    assert all(1.4 < one.seconds < 1.6 for one in (*usual, *small))
    for length in (10.0, 20.0, 60.0):  # a short film is measured all the same
        assert len(spots.choose(0.0, length, Packets(), begin=9.0)) >= 3


def test_of_spans_that_cost_alike_the_one_that_is_soon_reached_is_probed() -> None:
    keys = tuple(range(0, 4800, 250))
    found = spots.choose(0.0, 200.0, Packets((1000,) * 4800, (), keys), frame=1 / 24)
    waits = [
        min(picture - key for key in keys if key <= picture) for picture in (round(one.start * 24) for one in found)
    ]
    assert sum(waits) / len(waits) < 40  # half of 250, where they lie by chance
    assert [one.weight for one in found] == pytest.approx([1.0] * len(found), rel=0.06)
