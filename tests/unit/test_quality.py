"""VMAF: the traps that its command avoids, and its answer."""

from fractions import Fraction

from reelmill.core.model import VideoStream
from reelmill.media.quality import parse_vmaf, vmaf_argv


def picture(matrix: str = "", shown: tuple[int, int] = (1280, 720), rotation: int = 0) -> VideoStream:
    rate = Fraction(24)
    return VideoStream(
        0, "h264", "High", 31, 1280, 720, *shown, rotation, "yuv420p", rate, rate, 0.0, 10.0, 0, False, False, matrix
    )


def graph(argv: tuple[str, ...]) -> str:
    return argv[argv.index("-lavfi") + 1]


def test_both_sides_begin_at_zero_in_one_size_and_end_together() -> None:
    argv = vmaf_argv("/o/master.m3u8", "/s/a.mp4", picture(), 10)
    assert graph(argv).count("setpts=PTS-STARTPTS,scale=1280:720") == 2
    assert "shortest=1" in graph(argv) and "n_subsample=5" in graph(argv)
    assert argv.count("-t") == 2 and "file:/o/master.m3u8" in argv and "file:/s/a.mp4" in argv


def test_colours_that_the_source_leaves_out_are_those_that_outputs_are_made_by() -> None:
    assert "[1:V:0]setparams=colorspace=bt709,setpts" in graph(vmaf_argv("o", "s", picture(), 10))
    assert "setparams" not in graph(vmaf_argv("o", "s", picture(matrix="bt470bg"), 10))


def test_the_source_keeps_its_matrix_and_the_output_is_brought_into_it() -> None:
    for matrix in ("bt709", "smpte170m"):
        made, source, _ = graph(vmaf_argv("o", "s", picture(matrix=matrix), 10)).split(";")
        assert source.endswith(f"format=pix_fmts=yuv420p:color_spaces={matrix}[source]")
        assert "color_spaces" not in made


def test_an_output_without_borders_is_compared_with_that_part_of_the_source() -> None:
    found = graph(vmaf_argv("o", "s", picture(matrix="bt709"), 10, crop="1280:544:0:88"))
    assert "[1:V:0]crop=1280:544:0:88,setpts" in found and found.count("scale=1280:544") == 2


def test_the_source_keeps_the_size_in_which_it_is_stored() -> None:
    assert graph(vmaf_argv("o", "s", picture(shown=(1279, 720)), 10)).count("scale=1280:720") == 2
    assert graph(vmaf_argv("o", "s", picture(shown=(720, 1280), rotation=90), 10)).count("scale=720:1280") == 2


def test_the_score_is_read_from_the_log() -> None:
    assert parse_vmaf("[Parsed_libvmaf_6 @ 0x55] VMAF score: 91.138998\n") == 91.138998
    assert parse_vmaf("Conversion failed!") is None
