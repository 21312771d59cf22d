"""Templates: every field is checked, nothing is ignored in silence."""

from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.media.presets import PRESETS, needs
from reelmill.media.template import check_combination, check_template, merge


def check(body: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    problems = Problems()
    return check_template(body, problems, "T"), [(p.path, p.code) for p in problems.found]


def test_values_become_strings_empty_ones_vanish_and_the_container_is_filled_in() -> None:
    body, found = check(
        {
            "Video": {"Bitrate": 800, "Width": "", "Remove": False, "Codec": "h264"},
            "Audio": '{"Codec":"aac"}',
            "MuxConfig": "",
        }
    )
    assert found == []
    assert body == {
        "Container": {"Format": "mp4"},
        "Video": {"Bitrate": "800", "Remove": "false", "Codec": "H.264"},
        "Audio": {"Codec": "AAC"},
    }


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [("Video", "ResoPriority", "1"), ("Video", "PixFmt", "yuv444p"), ("Audio", "Profile", "aac_he")],
)
def test_what_mps_knows_and_we_cannot_do_yet_is_refused_as_such(section: str, name: str, value: Any) -> None:
    assert check({"Video": {}, section: {name: value}})[1] == [(f"T.{section}.{name}", "InvalidParameter.NotSupported")]


def test_segments_that_begin_anywhere_are_for_transport_streams() -> None:
    cut = {"Video": {}, "MuxConfig": {"Segment": {"Duration": "10", "ForceSegTime": "5,12"}}}
    assert check({**cut, "Container": {"Format": "m3u8"}})[1] == []
    refused = [("T.MuxConfig.Segment.ForceSegTime", "InvalidParameter.NotSupported")]
    assert check({**cut, "Container": {"Format": "mpd"}})[1] == refused


@pytest.mark.parametrize(
    ("section", "name", "value", "code"),
    [
        ("Video", "Crf", "52", ".OutOfRange"),
        ("Video", "Crf", "-1", ".OutOfRange"),
        ("Video", "Crf", "nan", ".NumberFormatInvalid"),
        ("Video", "Width", "127", ".OutOfRange"),
        ("Video", "Height", "4097", ".OutOfRange"),
        ("Video", "Height", "9" * 5000, ".NumberFormatInvalid"),
        ("Video", "Fps", "0", ".OutOfRange"),
        ("Video", "Fps", "60.5", ".OutOfRange"),
        ("Video", "Gop", "0s", ""),
        ("Video", "Gop", "x", ""),
        ("Video", "Preset", "placebo", ""),
        ("Video", "Bitrate", "1.5", ".OutOfRange"),
        ("Video", "Bufsize", "999", ".OutOfRange"),
        ("Video", "Nonsense", "1", ""),
        ("Audio", "Samplerate", "8000", ""),
        ("Audio", "Channels", "3", ""),
        ("Audio", "Bitrate", "7", ".OutOfRange"),
        ("Video", "Remove", "yes", ""),
        ("Video", "Width", ["1"], ""),
        ("TransConfig", "IsCheckNothing", "true", ""),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(section: str, name: str, value: Any, code: str) -> None:
    assert check({"Video": {}, section: {name: value}})[1] == [(f"T.{section}.{name}", f"InvalidParameter{code}")]


@pytest.mark.parametrize("profile", ["aac_he", "aac_he_v2", "aac_ld", "aac_eld"])
def test_a_profile_that_no_encoder_makes_is_refused_when_the_template_is_saved(profile: str) -> None:
    problems = Problems()
    check_template({"Audio": {"Codec": "AAC", "Profile": profile}}, problems, "T")
    (problem,) = problems.found
    assert (problem.path, problem.code) == ("T.Audio.Profile", "InvalidParameter.NotSupported")
    assert str(problem.message) == f"no encoder of this server makes {profile}; use aac_low"


def test_every_problem_is_told_at_once() -> None:
    assert len(check({"Video": {"Crf": "99", "Width": "1"}, "Foo": {}, "Audio": "{"})[1]) == 4


def test_both_spellings_of_the_checks() -> None:
    body, found = check({"Video": {}, "TransConfig": {"isCheckAudioBitrateFail": "true", "IsCheckReso": "true"}})
    assert (found, body["TransConfig"]) == ([], {"IsCheckAudioBitrateFail": "true", "IsCheckReso": "true"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Video": {"Remove": "true"}},
        {"Container": {"Format": "mp3"}, "Video": {}, "Audio": {"Codec": "MP3"}},
        {"Container": {"Format": "mp3"}, "Audio": {"Codec": "AAC"}},
        {"Audio": {"Codec": "MP3", "Channels": "6"}},
        {"Audio": {"Codec": "MP3", "Samplerate": "96000"}},
        {"Container": {"Format": "flv"}, "Audio": {"Codec": "MP3", "Samplerate": "48000"}},
        {"Video": {"Codec": "copy", "Width": "640"}},
        {"Video": {"Bitrate": "800", "Bufsize": "6000"}},
    ],
)
def test_what_does_not_fit_together_is_refused(body: dict[str, Any]) -> None:
    assert [code for _, code in check(body)[1]] == ["InvalidParameter.NotSupported"]


def test_an_output_wins_field_by_field() -> None:
    template = {"Video": {"Width": "640", "Crf": "23"}, "MuxConfig": {"Segment": {"Duration": "10"}}}
    merged = merge(
        template,
        {
            "Video": {"Width": "320"},
            "Audio": {"Remove": "true"},
            "MuxConfig": {"Segment": {"Duration": "2"}},
            "TemplateId": "x",
        },
    )
    assert merged == {
        "Video": {"Width": "320", "Crf": "23"},
        "Audio": {"Remove": "true"},
        "MuxConfig": {"Segment": {"Duration": "2"}},
    }


def test_every_preset_is_a_good_template_and_says_whether_it_can_be_used() -> None:
    assert len(PRESETS) == 68
    for identity, body in PRESETS.items():
        problems = Problems()
        check_combination(check_template(body, problems, identity), problems, identity)
        assert problems.found == [], identity
        assert (needs(identity) == "") == (not identity.startswith("S00000000-"))
    assert needs("0" * 32) == ""
