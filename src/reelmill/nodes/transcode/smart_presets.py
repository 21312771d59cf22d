"""Transcodes with a smart preset: their template is what the analysis before them made of it, and they are skipped when
it left it out."""

from collections.abc import Mapping
from typing import Any

from reelmill.core.errors import Failure, NotWanted
from reelmill.media.presets import needs

CODE = "InvalidParameter.TemplateNotSupported"


Activities = Mapping[str, Mapping[str, Any]]  # as of nodes.base.Env


def found(template_id: str, activities: Activities, name: str) -> Mapping[str, Mapping[str, Any]]:
    """What an analysis that leads to activity `name` made of a smart preset, by its id. NotWanted: it left it out."""
    if not needs(template_id):
        return {}
    for result in _results(activities, name):
        if template_id in result["smart"]:
            return {template_id: result["smart"][template_id]}
        why = result["left_out"].get(template_id)
        raise NotWanted(
            Failure(
                CODE,
                why or f"The analysis does not recommend {template_id} for this film.",
                "Use a static preset where an output is wanted whatever the film is like.",
            )
        )
    return {}


def _results(activities: Activities, name: str) -> list[Mapping[str, Any]]:
    """The results of analyses that lead to an activity, the nearest first. One that is only rehearsed has none yet:
    who looks into it gets a LookupError."""
    front = list(activities[name]["predecessors"]) if name in activities else []
    for one in front:
        front += [before for before in activities[one]["predecessors"] if before not in front]
    found = [activities[one] for one in front if activities[one]["type"] == "Analysis"]
    return [one["result"] for one in found if one["state"] == "Success"]
