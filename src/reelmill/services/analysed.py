"""What analyses found, for those who transcode later."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller, ObjectRef
from reelmill.nodes import analysis
from reelmill.store import analyses
from reelmill.store.database import Row

KEPT_MS = 14 * 86_400_000  # how long a result can be used
_TOLD_MS = 90 * 86_400_000  # how long we say that there was one


def expired(row: Row) -> bool:
    """Whether the result of a job is too old to be used."""
    return clock.now_ms() - (row["finished_ms"] or clock.now_ms()) > KEPT_MS


def smart(
    tx: sa.Connection, caller: Caller, source: ObjectRef, version: str, template_id: str
) -> Mapping[str, Mapping[str, Any]]:
    """What the last analysis of an object made of a smart preset, by its id; nothing when there was none. CallerError
    when it left it out, or is too old."""
    row = analyses.newest(tx, caller, analysis.NODE.name, source, version, clock.now_ms() - _TOLD_MS)
    if row is None:
        return {}
    if expired(row):
        raise CallerError("AnalysisResultNotFound", row["id"])
    if template_id not in row["result"]["smart"]:
        raise CallerError(
            "InvalidParameter.TemplateNotSupported", template_id, row["result"]["left_out"].get(template_id, "")
        )
    return {template_id: row["result"]["smart"][template_id]}
