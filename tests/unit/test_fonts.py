"""The fonts of a machine are looked for where this user may look; whatever else lies there is passed over."""

from pathlib import Path

import pytest

from reelmill.media import fonts


def test_what_cannot_be_looked_into_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home, a folder and a file that the system refuses to look at, a file that is no font: texts are
    drawn all the same."""
    (tmp_path / "refused.ttf").symlink_to("x" * 300)
    for name, data in {
        "empty.ttf": b"",
        "short.ttc": b"ttcf\0\0",
        "text.otf": b"a text" * 100,
        "a.ttf": b"\xff" * 99,
    }.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(fonts, "FOLDERS", ("~a-user-that-is-not/fonts", "/" + "x" * 300, str(tmp_path)))
    fonts.here.cache_clear()
    try:
        assert fonts.here() == {} and fonts.missing(["SimSun"]) == ["SimSun"] and fonts.named("simsun") == ""
        assert fonts.system_font("a.t*") == str(tmp_path / "a.ttf") and fonts.system_font("refused*") == ""
    finally:
        fonts.here.cache_clear()
