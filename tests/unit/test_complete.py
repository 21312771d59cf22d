"""When an object counts as complete: every case of the decision, and the lease that answers whether somebody writes."""

import os
from pathlib import Path

import pytest

from reelmill.objects.complete import Facts, Notice, Verdict, Writer, decide, writer_of

AFTER_1_5: Verdict = ("check again after", 1.5)


@pytest.mark.parametrize(
    ("notice", "size", "writer", "unchanged", "verdict"),
    [
        ("closed", 9, "none", 0.0, "now"),
        ("closed", 9, "unknown", 0.0, "now"),
        ("closed", 9, "open", 99.0, "wait for close"),  # another writer has it open
        ("closed", 0, "none", 0.5, AFTER_1_5),  # a reserved name
        ("closed", 0, "none", 2.0, "now"),
        ("moved", 9, "none", 0.0, "now"),
        ("moved", 9, "unknown", 0.0, "now"),
        ("moved", 9, "open", 0.0, "wait for close"),
        ("created", 9, "none", 0.0, "now"),  # hard link, or written before the watch stood
        ("created", 9, "open", 99.0, "wait for close"),
        ("created", 9, "unknown", 0.5, AFTER_1_5),
        ("created", 9, "unknown", 2.0, "now"),
        ("created", 0, "open", 0.0, "wait for close"),
        ("created", 0, "unknown", 0.5, AFTER_1_5),
        ("seen", 9, "none", 0.0, "now"),
        ("seen", 9, "unknown", 0.5, AFTER_1_5),
        ("seen", 9, "unknown", 9999.0, "now"),  # from long ago: settled at once
        ("seen", 0, "none", 9999.0, "now"),
        ("again", 9, "open", 9.0, "wait for close"),
        ("again", 9, "unknown", 0.5, AFTER_1_5),  # it grew meanwhile
        ("again", 9, "unknown", 2.0, "now"),
        (
            "again",
            9,
            "unknown",
            -10.0,
            ("check again after", 12.0),
        ),  # not produced by the watcher, yet must not be "now"
    ],
)
def test_decision(notice: Notice, size: int, writer: Writer, unchanged: float, verdict: Verdict) -> None:
    assert decide(notice, Facts(size, writer, unchanged, settle=2.0)) == verdict


def test_a_writer_is_seen_until_its_last_descriptor_closes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as first, path.open("ab"):
        assert writer_of(path) == "open"
        first.close()
        assert writer_of(path) == "open"
    assert writer_of(path) == "none"
    with path.open("rb"):
        assert writer_of(path) == "none", "readers do not count"


def test_what_cannot_be_asked_is_unknown(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # must not block either
    assert [writer_of(tmp_path / name) for name in ("none", "pipe", ".")] == ["unknown"] * 3


@pytest.mark.parametrize(
    ("notice", "unchanged", "awaited", "verdict"),
    [
        ("created", 59.0, True, "wait for close"),  # made while we watched, by a user whose open files we may not see
        ("again", 59.0, True, "wait for close"),
        ("again", 60.0, True, "now"),  # a hard link: it is created and never closed
        ("seen", 59.0, True, "wait for close"),  # a listing knows nothing better
        ("moved", 0.0, True, "wait for close"),  # renamed while it is written
        ("closed", 0.0, True, "now"),
    ],
)
def test_what_we_saw_being_made_waits_for_its_close(
    notice: Notice, unchanged: float, awaited: bool, verdict: Verdict
) -> None:
    assert decide(notice, Facts(9, "unknown", unchanged, 2.0, awaited)) == verdict


def test_an_empty_file_beside_a_downloaders_is_a_held_name() -> None:
    assert decide("again", Facts(0, "none", 9999.0, 2.0, beside=True)) == ("check again after", 1.0)
    assert decide("closed", Facts(9, "none", 0.0, 2.0, beside=True)) == "now"
