"""Analyses that the API submits by themselves."""

from collections.abc import Mapping
from typing import Any

from reelmill.core.errors import Problems
from reelmill.core.model import Caller
from reelmill.engine.signals import Signal
from reelmill.nodes import analysis
from reelmill.nodes.base import Env
from reelmill.services import jobs
from reelmill.services.context import AppContext
from reelmill.store import work
from reelmill.store.database import Row

ANALYSIS = analysis.NODE


def submit(
    ctx: AppContext,
    caller: Caller,
    request_id: str,
    *,
    input: Mapping[str, Any],
    config: Mapping[str, Any] | None,
    pipeline_id: str,
    priority: int,
    user_data: str | None = None,
) -> Row:
    """Through the pipeline, always in the background."""
    problems = Problems()
    params = analysis.config_params(config, priority, problems, "AnalysisConfig")
    problems.refuse("AnalysisConfig")
    request = {"Input": dict(input), "AnalysisConfig": dict(params.config or {}), "RequestId": request_id}
    with ctx.database.write() as tx:
        source = jobs.source_of(tx, ctx, caller, input)
        spec = analysis.job(params, Env(source, {}, workflow=False, vmaf=ctx.engine.options.vmaf))
        _, job_id = jobs.put_in_line(
            tx, ctx, caller, ANALYSIS, source, spec, request, pipeline_id, user_data, True, priority=priority
        )
        (row,) = work.jobs_by_ids(tx, caller.account, caller.region, ANALYSIS.name, [job_id])
    ctx.signal(Signal.ADMIT)
    return row
