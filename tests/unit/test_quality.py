"""VMAF: the traps that its command avoids, and its answer."""

from reelmill.media.quality import parse_vmaf, vmaf_argv


def test_both_sides_begin_at_zero_in_one_size_and_end_together() -> None:
    argv = vmaf_argv("/o/master.m3u8", "/s/a.mp4", 1280, 720, 10)
    graph = argv[argv.index("-lavfi") + 1]
    assert graph.count("setpts=PTS-STARTPTS,scale=1280:720") == 2
    assert "shortest=1" in graph and "n_subsample=5" in graph
    assert argv.count("-t") == 2 and "file:/o/master.m3u8" in argv and "file:/s/a.mp4" in argv


def test_the_score_is_read_from_the_log() -> None:
    assert parse_vmaf("[Parsed_libvmaf_6 @ 0x55] VMAF score: 91.138998\n") == 91.138998
    assert parse_vmaf("Conversion failed!") is None
