"""One file per family of operations; each operation is a typed request, one service call and a shape."""

from collections.abc import Mapping

from reelmill.api.ops import (
    backfills,
    buckets,
    categories,
    censors,
    executions,
    fingerprints,
    iproductions,
    jobs,
    keys,
    media,
    pipelines,
    templates,
    versions,
    watermarks,
    webhooks,
    workflows,
)
from reelmill.api.ops.registry import FUNCTIONS, Operation

FAMILIES = (
    backfills,
    buckets,
    categories,
    censors,
    executions,
    fingerprints,
    iproductions,
    jobs,
    keys,
    media,
    pipelines,
    templates,
    versions,
    watermarks,
    webhooks,
    workflows,
)  # importing a family declares its operations


def registered() -> Mapping[str, Operation]:
    """Operation name -> function, for all that are built."""
    return FUNCTIONS
