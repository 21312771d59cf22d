"""`GET /-/catalogue`: the activity types with forms and rules, and drawings to begin with. Derived from the nodes,
never a second truth."""

from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reelmill.console.answers import answer, signed_in
from reelmill.core.urls import location_of
from reelmill.engine import graph
from reelmill.media.codecs import AUDIO, VIDEO
from reelmill.media.containers import CONTAINERS
from reelmill.nodes import presets
from reelmill.nodes.base import NodeType
from reelmill.services.context import AppContext
from reelmill.services.sessions import Session


def catalogue(location: str, ai_on_standard: bool) -> dict[str, Any]:
    """The whole catalogue for a region's `location` (oss-REGION); `ai_on_standard`: Standard pipelines may be named for
    jobs of AI. Pure."""
    return {
        "Nodes": [_node(n, ai_on_standard) for n in sorted(graph.activity_types().values(), key=lambda n: n.name)],
        "Presets": [_preset(p) for p in presets.presets(location)],
    }


def formats() -> dict[str, Any]:
    """What can be made, for the form of templates: containers and codecs with their limits. Numbers are texts, as in
    templates. Pure."""
    return {
        "Containers": [
            {
                "Name": one.name,
                "Type": one.media_type,
                "Label": dict(zip(("en", "zh"), one.label, strict=True)),
                "Video": list(one.video),
                "Audio": list(one.audio),
                "Segments": one.segments is not None,
                "Plays": one.plays,
                "Rates": {codec: [str(rate) for rate in rates] for codec, rates in one.rates.items()},
            }
            for one in CONTAINERS.values()
        ],
        "Video": [
            {
                "Name": one.name,
                "Profiles": list(one.profiles),
                "Lacks": sorted(one.lacks),
                "Modes": list(one.modes),
                "PixFmts": list(one.pixels),
            }
            for one in VIDEO.values()
        ],
        "Audio": [
            {
                "Name": one.name,
                "Channels": [str(count) for count in one.channels],
                "Rates": [str(rate) for rate in one.rates],
                "Rate": str(one.rate),
                "Most": one.most,
                "Profiles": list(one.profiles),
            }
            for one in AUDIO.values()
        ],
    }


def route(ctx: AppContext) -> list[Route]:
    """The address of the catalogue."""

    async def tell(request: Request, session: Session) -> Response:
        return answer(catalogue(location_of(session.caller.region), ctx.ai_on_standard))

    return [Route("/-/catalogue", signed_in(ctx, tell), middleware=[Middleware(GZipMiddleware)])]


def _node(node: NodeType, ai_on_standard: bool) -> dict[str, Any]:
    types = graph.activity_types()
    label = node.label or node.name
    return {
        "Type": node.name,
        "Aliases": list(node.aliases),
        "Label": {"en": label, "zh": node.label_zh or label},
        "Help": {"en": node.help, "zh": node.help_zh or node.help},
        "Stage": node.stage,
        "Role": node.role,
        "Gate": node.gate,
        "Asks": node.asks,
        "Version": node.version,
        "Speeds": sorted(node.takers(standard=ai_on_standard)),
        "Predecessors": sorted(p for p in node.predecessors if p in types),
        "Schema": node.schema,
    }


def _preset(preset: presets.Preset) -> dict[str, Any]:
    return {
        "Id": preset.id,
        "Label": dict(zip(("en", "zh"), preset.label, strict=True)),
        "Help": dict(zip(("en", "zh"), preset.help, strict=True)),
        "Topology": preset.topology,
    }
