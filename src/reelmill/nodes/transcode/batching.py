"""Which Transcode jobs one decode serves. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from reelmill.media.template import wanted
from reelmill.nodes.transcode.joining import TIMES


def batch_key(spec: Mapping[str, Any]) -> str:
    """Jobs that want the same picture of the source, and the same kind of work."""
    picture = spec.get("video_map")
    return _work(spec) if picture is None else f"{_work(spec)} of picture {picture}"


def _work(spec: Mapping[str, Any]) -> str:
    """Copies need no decode and must not keep encodes from being cut into pieces, nor must what is encoded twice."""
    edits = spec.get("edits") or {}
    if spec.get("text"):
        return f"text {_sum(edits)}" if edits else "text"
    video = wanted(spec["template"], "Video") or {}
    if alike := {name: edits[name] for name in (*TIMES, "OpeningList") if name in edits}:
        # one film is put together for all that ask for the same one
        return f"joined {_sum([alike, spec['audio_map'], _mode(spec)])}" + _alone(spec, video)
    if any((wanted(spec["template"], section) or {}).get("Codec") == "copy" for section in ("Video", "Audio")):
        return "copy"
    if video and _mode(spec) == "twopass":
        return "twopass" + _alone(spec, video)
    return "encode" + _alone(spec, video)


def _sum(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _mode(spec: Mapping[str, Any]) -> str:
    return str(spec["template"].get("TransConfig", {}).get("TransMode", ""))


def _alone(spec: Mapping[str, Any], video: Mapping[str, Any]) -> str:
    """What keeps an output out of the batches of others, "" for most."""
    # ffmpeg numbers the statistics of VP9 by the place of the stream among all outputs: it must be the only one
    if video.get("Codec") == "VP9" and _mode(spec) == "twopass":
        return f" {spec['key']}"
    if video.get("Hdr2sdr") == "false" and video.get("Codec", "H.264") != "H.264":
        return f" hdr {spec['key']}"  # what splits pictures gives the metadata of HDR to the first of its outputs alone
    return ""
