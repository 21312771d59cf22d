"""A small workflow to draw, to run and to look at."""

from typing import Any

from running import LOCATION


def simple(pipeline: str) -> dict[str, Any]:
    """One small file and one picture of every file in `vod-in`, published at the end."""
    place = {"Bucket": "vod-out", "Location": LOCATION}
    return {
        "Activities": {
            "start": {
                "Type": "Start",
                "Parameters": {
                    "PipelineId": pipeline,
                    "InputFile": {"Bucket": "vod-in", "Location": LOCATION, "ObjectPrefix": ""},
                },
            },
            "low": {
                "Type": "Transcode",
                "Parameters": {
                    "OutputBucket": "vod-out",
                    "OutputLocation": LOCATION,
                    "Outputs": [{"OutputObject": "{RunId}%2Flow", "TemplateId": "S00000001-200010"}],
                },
            },
            "picture": {
                "Type": "Snapshot",
                "Parameters": {"SnapshotConfig": {"OutputFile": place | {"Object": "{RunId}.jpg"}, "Time": "0"}},
            },
            "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
        },
        "Dependencies": {"start": ["low", "picture"], "low": ["end"], "picture": ["end"], "end": []},
    }
