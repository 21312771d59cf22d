"""OverrideParams: what one run takes instead of what its workflow says."""

import json

import pytest

from reelmill.core.errors import CallerError
from reelmill.services.overriding import applied

TOPOLOGY = json.dumps(
    {
        "Activities": {
            "s1": {"Type": "Transcode", "Parameters": {"WebVTTSubtitleURL": "http://a/1.vtt", "ExtXMedia": "{}"}},
            "s2": {
                "Type": "Transcode",
                "Parameters": '{"InputConfig":"{\\"Format\\":\\"vtt\\",\\"InputFile\\":{\\"URL\\":\\"http://a/2.vtt\\"}}"}',
            },
            "v": {"Type": "Transcode", "Parameters": {"Outputs": []}},
        },
        "Dependencies": {},
    }
)


def test_hls_and_dash_nodes_get_other_files() -> None:
    given = {
        "WebVTTSubtitleOverrides": [{"RefActivityName": "s1", "WebVTTSubtitleURL": "http://b/1.vtt"}],
        "s2": {"InputConfig": {"Format": "stl", "InputFile": {"URL": "http://b/2.stl"}}},
    }
    made = json.loads(applied(TOPOLOGY, json.dumps(given)))["Activities"]
    assert made["s1"]["Parameters"] == {"WebVTTSubtitleURL": "http://b/1.vtt", "ExtXMedia": "{}"}
    assert made["s2"]["Parameters"]["InputConfig"] == {"Format": "stl", "InputFile": {"URL": "http://b/2.stl"}}
    assert made["v"] == json.loads(TOPOLOGY)["Activities"]["v"]
    nested = json.dumps({"WebVTTSubtitleOverrides": json.dumps(given["WebVTTSubtitleOverrides"])})
    assert json.loads(applied(TOPOLOGY, nested))["Activities"]["s1"] == made["s1"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("[]", "not a valid JSON object"),
        ("{", "not a valid JSON object"),
        ('{"v": {"InputConfig": {"Format": "vtt"}}}', '"v" is no activity of the workflow with InputConfig'),
        ('{"gone": {"InputConfig": {"Format": "vtt"}}}', '"gone" is no activity'),
        ('{"s2": {"Outputs": []}}', "it must be an object with InputConfig"),
        ('{"s2": 5}', "it must be an object with InputConfig"),
        ('{"WebVTTSubtitleOverrides": {}}', "it must be an array"),
        ('{"WebVTTSubtitleOverrides": [{"RefActivityName": "s1"}]}', "needs RefActivityName and WebVTTSubtitleURL"),
        (
            '{"WebVTTSubtitleOverrides": [{"RefActivityName": "s2", "WebVTTSubtitleURL": "http://b/"}]}',
            '"s2" is no activity of the workflow with WebVTTSubtitleURL',
        ),
    ],
)
def test_what_fits_nothing_is_refused(given: str, said: str) -> None:
    with pytest.raises(CallerError, match=said):
        applied(TOPOLOGY, given)
