"""stderr and exit codes -> failures. The logs are real, cut short."""

import pytest

from reelmill.core.errors import CODES
from reelmill.media.diagnose import diagnose, tail_of, telling_line

ARGV = ("/opt/my tools/ffmpeg", "-i", "file:/w/a b.mp4", "-y", "file:/w/o.mp4")
BAD, UNSUPPORTED, BUSY = (
    "InvalidParameter.ResourceContentBad",
    "InvalidParameter.ResourceNotSupported",
    "ServiceUnavailable",
)


@pytest.mark.parametrize(
    ("log", "returncode", "code", "retry", "sound"),
    [
        (
            "[in#0 @ 0x55] moov atom not found\nError opening input files: Invalid data found when processing input\n",
            183,
            BAD,
            False,
            False,
        ),
        ("file:/w/x: Invalid data found when processing input\n", 1, BAD, False, False),
        ("", 183, BAD, False, False),
        (
            "[hls @ 0x7f] Format not on whitelist 'mov,matroska'\nfile:/w/x: Invalid argument\n",
            1,
            UNSUPPORTED,
            False,
            False,
        ),
        (
            "[in#0 @ 0x5] Format not on whitelist 'mov'\n[in#0 @ 0x5] Error opening input: Invalid argument\n",
            234,
            UNSUPPORTED,
            False,
            False,
        ),
        (
            "Not detecting m3u8/hls with non standard extension and non standard mime type\n[mov @ 0x7] moov atom "
            "not found\n",
            1,
            UNSUPPORTED,
            False,
            False,
        ),
        (
            "[vost#0:0/libx264 @ 0x5] Error submitting a packet to the muxer: No space left on device\n",
            228,
            BUSY,
            True,
            True,
        ),
        ("", 228, BUSY, True, True),
        (
            "[out#0/mp4 @ 0x5] Error opening output /w/o.mp4: Permission denied\n",
            243,
            "PermissionDenied.ResourceAccess",
            False,
            True,
        ),
        (
            "[out#0/mp4 @ 0x5] Error opening output /w/o.mp4: Read-only file system\n",
            226,
            "PermissionDenied.ResourceAccess",
            False,
            True,
        ),
        ("file:/w/x: No such file or directory\n", 1, "InvalidParameter.ResourceNotFound", False, True),
        (
            "x264 [error]: malloc of size 85657917 failed\n[vost#0:0/libx264 @ 0x5] Error while opening encoder - "
            "maybe\n",
            187,
            UNSUPPORTED,
            False,
            True,
        ),
        ("", 244, UNSUPPORTED, False, True),
        ("[h264 @ 0x5] Picture size 65535x65535 is invalid\n", 183, UNSUPPORTED, False, False),
        ("something new\n", 99, UNSUPPORTED, False, True),
        ("", -11, BUSY, True, True),
        ("", -9, BUSY, True, True),
        # a damaged source that could be read: the command ends for another reason, siblings may be tried alone
        (
            "[h264 @ 0x5] Invalid data found when processing input\n[vf#0:0 @ 0x5] Error reinitializing filters!\n",
            234,
            BAD,
            False,
            True,
        ),
    ],
)
def test_codes(log: str, returncode: int, code: str, retry: bool, sound: bool) -> None:
    failure = diagnose(ARGV, returncode, log)
    assert (failure.code, failure.retry, failure.source_ok) == (code, retry, sound)
    assert code in CODES
    assert failure.message.endswith(".") and failure.advice.endswith(".") and "/w/" not in failure.message
    assert failure.command == "'/opt/my tools/ffmpeg' -i 'file:/w/a b.mp4' -y file:/w/o.mp4"
    assert failure.log == log.strip()


def test_the_subject_and_the_telling_line_stand_in_the_message() -> None:
    failure = diagnose(
        ARGV, 183, "[mov @ 0x1] moov atom not found\nError opening input files: Invalid data\n", subject="a.mp4"
    )
    assert (
        failure.message
        == 'The resource operated "a.mp4" is bad: it is broken, cut short or no media file (moov atom not found).'
    )


def test_signals_are_named() -> None:
    assert "SIGSEGV" in diagnose(ARGV, -11, "").message


def test_what_ffmpeg_adds_afterwards_is_not_told() -> None:
    log = (
        "[fc#0 @ 0x5] No such filter: 'foo'\n[vost#0:0 @ 0x5] Task finished with error code: -22 (Invalid "
        "argument)\nConversion failed!\n"
    )
    assert telling_line(log) == "No such filter: 'foo'"


def test_the_log_is_bounded() -> None:
    assert len(tail_of("\n".join(["x" * 10_000] * 100))) <= 30 * 601


@pytest.mark.parametrize(
    ("why", "again"),
    [
        ("no progress for 180 s", True),
        ("it needs more than 64 MB of memory", True),
        ("longer than the allowed 3600 s", False),
    ],
)
def test_what_took_far_too_long_is_not_tried_again(why: str, again: bool) -> None:
    failure = diagnose(["ffmpeg"], -9, "", stopped=why)
    assert failure.retry is again and ("tried again" in failure.advice) is again and why in failure.message
