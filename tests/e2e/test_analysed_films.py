"""Analyses of films that are special, and what is made of them by their templates."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clips import clip
from reelmill.core.errors import Problems
from reelmill.core.model import JobSpec, ObjectRef, Outcome, Probe
from reelmill.media.probe import parse
from reelmill.nodes import analysis, transcode
from reelmill.nodes.base import Env, NodeType
from reelmill.testkit import LocalIO


def analysed(name: str, properties: dict[str, Any], folder: Path) -> dict[str, Any]:
    problems = Problems()
    params = analysis.config_params(json.dumps({"PropertiesControl": properties}), 6, problems, "c")
    assert problems.found == []
    assert analysis.NODE.job
    spec = analysis.NODE.job(params, Env(ObjectRef("b", "l", "k"), {}))
    return ran(analysis.NODE, JobSpec("a", None, spec), LocalIO(clip(name), folder / "look", folder / "out"))


def ran(node: NodeType, job: JobSpec, io: LocalIO) -> dict[str, Any]:
    run = node.run
    assert run is not None

    async def go() -> Mapping[str, Outcome]:
        return await run([job], io)

    (outcome,) = asyncio.run(go()).values()
    assert outcome.failure is None
    return dict(outcome.result)


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "stays"), [("Force", False), ("None", True), ("Auto", False)])
def test_interlaced_films_are_deinterlaced_as_the_analysis_was_told(mode: str, stays: bool, tmp_path: Path) -> None:
    result = analysed("interlaced_tff.ts", {"Deinterlace": mode}, tmp_path)
    chosen = next(i for i in result["smart"] if i.startswith("S00000000-200"))
    params = transcode.output_params({"OutputObject": "a.mp4", "TemplateId": chosen}, Problems(), "o")
    env = Env(ObjectRef("b", "l", "k"), {}, templates={chosen: result["smart"][chosen]}, workflow=False)
    job = JobSpec("t", None, transcode.job(transcode.Params(params, "b", "l"), env))
    ran(transcode.NODE, job, LocalIO(clip("interlaced_tff.ts"), tmp_path / "make", tmp_path / "out"))
    look = asyncio.run(LocalIO(tmp_path / "out/b/a.mp4", tmp_path, tmp_path).probe("${source}"))
    assert isinstance(look, Probe) and parse(look.raw).video[0].interlaced is stays
