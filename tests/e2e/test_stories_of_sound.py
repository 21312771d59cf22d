"""Files of sound alone go through workflows that are drawn for films."""

import json
import re

import httpx
import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client

from clips import SECONDS, clip
from e2e.stories import listed, listener, media, pipeline, run, sdk, server, states  # noqa: F401 - fixtures
from reelmill.nodes.presets import presets
from running import LOCATION, Running

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["audio_only.m4a", "audio_cover.mp3"])
@pytest.mark.parametrize("preset", ["single", "ladder", "hls-package"])
def test_a_file_of_sound_alone_goes_through_the_drawings_that_people_begin_with(
    server: Running, sdk: Client, pipeline: str, preset: str, name: str
) -> None:
    """Its analysis leaves one definition, for its sound; what wants a picture is skipped, and the rest is published."""
    (drawn,) = (one for one in presets(LOCATION) if one.id == preset)
    text = json.dumps(drawn.topology)
    for hole, value in (("pipeline", pipeline), ("input", "vod-in"), ("output", "vod-out")):
        text = text.replace(f"${{{hole}}}", value)
    request = m.AddMediaWorkflowRequest(name=f"{preset} {name}", topology=text, trigger_mode="NotInAuto")
    workflow = str(sdk.add_media_workflow(request).body.media_workflow.media_workflow_id)
    server.put("vod-in", f"sounds/{name}", clip(name))
    execution = run(sdk, workflow, f"sounds/{name}")
    ended_as = states(execution)
    assert execution.state == "Completed" and "Fail" not in ended_as.values(), ended_as
    assert ended_as["cover"] == "Skipped"
    heard = [one for one in media(sdk, execution.media_id).play_list.play if one.media_workflow_id == workflow]
    assert heard and all(float(one.duration) == pytest.approx(SECONDS, abs=0.1) for one in heard if one.duration)
    if preset == "hls-package":
        master = next(one.file.url for one in heard if one.activity_name == "master")
        text = httpx.get(master).text
        assert text.count("#EXT-X-STREAM-INF") == 1 and 'CODECS="mp4a.40.2"' in text and "VIDEO-RANGE" not in text
        (playlist,) = listed(master)
        lengths = re.findall("#EXTINF:([0-9.]+)", httpx.get(playlist).text)
        assert sum(float(length) for length in lengths) == pytest.approx(SECONDS, abs=0.1)
