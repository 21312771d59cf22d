"""What the doctor says of a server as it is installed."""

from pathlib import Path

from reelmill.cli import doctor
from reelmill.settings import Settings


def test_what_nobody_turned_on_is_not_broken(tmp_path: Path) -> None:
    told = {finding.what: finding for finding in doctor._tools(Settings(home=tmp_path))}
    assert [(told[name].state, told[name].text[:3]) for name in ("infer", "speech")] == [("ok", "off")] * 2
    assert not [name for name, finding in told.items() if finding.state == "broken"]


def test_a_tool_that_was_turned_on_and_is_not_there_is_told_once(tmp_path: Path) -> None:
    findings = list(doctor._tools(Settings(home=tmp_path, ffprobe="/no/such/ffprobe")))
    assert [(f.what, f.state) for f in findings if f.what == "ffprobe"] == [("ffprobe", "broken")]


def test_what_writes_down_speech_brings_what_looks_at_pictures(tmp_path: Path) -> None:
    told = {finding.what: finding for finding in doctor._tools(Settings(home=tmp_path, speech=True))}
    assert [(told[name].state, told[name].text[0].isdigit()) for name in ("infer", "speech")] == [("ok", True)] * 2
