"""Media workflows: drawn, checked, switched on and off (workflow.md 2)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock, filters, jsonx
from reelmill.core.errors import CallerError, Problem, Problems, UserText
from reelmill.core.failpoints import failpoint
from reelmill.core.model import Caller
from reelmill.core.urls import location_of
from reelmill.engine import graph, registry
from reelmill.engine.signals import Signal
from reelmill.media.presets import PRESETS
from reelmill.nodes.base import GraphNode, NodeType
from reelmill.services import filtering
from reelmill.services import pipelines as pipelines_of
from reelmill.services.context import AppContext
from reelmill.store import buckets, fingerprints, made, outputs, pipelines, templates, versions, workflows
from reelmill.store.database import Row

AUTO, OFF = "OssAutoTrigger", "Off"


def add(
    ctx: AppContext,
    caller: Caller,
    name: str,
    topology: str,
    trigger_mode: str | None = None,
    note: str = "",
    *,
    reuse: str | None = None,
) -> Row:
    """A new workflow, Active at once: objects completed from this moment on start it. `topology` is kept as it was
    written; `reuse`: whose outputs its runs take over (store.made.SCOPES)."""
    workflow_id, now = clock.new_id(), clock.now_ms()
    checked = read_topology(topology)
    with ctx.database.write(alone="workflows") as tx:
        drawn = check_topology(tx, ctx, caller, checked)
        _free_name(tx, caller, name)
        limit = ctx.quotas.workflows
        if limit is not None and workflows.living(tx, caller) >= limit:
            raise CallerError("PermissionDenied.ResourceQuotaExceed", "MediaWorkflow", f"{limit} are allowed.")
        workflows.add(
            tx,
            caller,
            id=workflow_id,
            name=name,
            topology=topology,
            trigger_mode=trigger_mode or AUTO,
            state="Active",
            input_bucket=drawn.input_bucket,
            input_prefix=drawn.input_prefix,
            input_filter=_filter(drawn),
            active_since_ms=now,
            created_ms=now,
            reuse=_checked_reuse(reuse) or OFF,
        )
        row = living(tx, caller, workflow_id)
        versions.keep(tx, caller, row, now, note)
    return _saved(ctx, row)


def update(
    ctx: AppContext,
    caller: Caller,
    workflow_id: str,
    topology: str,
    name: str | None = None,
    trigger_mode: str | None = None,
    revision: int | None = None,
    *,
    while_active: bool = False,
    note: str = "",
    restored: int | None = None,
    reuse: str | None = None,
) -> Row:
    """Replace the topology, and name, trigger mode and reuse when given. Only while Inactive, unless the server or the
    caller (`while_active`) wants it so: then the next run takes the new version, and no trigger is missed in between;
    running executions keep the topology that they began with. With `revision` only when it is the one that stands:
    whoever changed the workflow meanwhile loses nothing. `restored`: the version whose content this is."""
    checked = read_topology(topology)
    with ctx.database.write(alone="workflows") as tx:
        row = living(tx, caller, workflow_id)
        if row["state"] == "Active" and not (ctx.update_active_workflows or while_active):
            raise CallerError(
                "InvalidParameter.InvalidState",
                "MediaWorkflowId",
                "Deactivate the workflow before you change it, or say WhileActive=true.",
            )
        if revision is not None and revision != row["revision"]:
            raise CallerError("RevisionConflict", str(row["revision"]))
        drawn = check_topology(tx, ctx, caller, checked)
        if name and name != row["name"]:
            _free_name(tx, caller, name)
        changes: dict[str, Any] = {
            "topology": topology,
            "name": name or row["name"],
            "trigger_mode": trigger_mode or row["trigger_mode"],
            "reuse": _checked_reuse(reuse) or row["reuse"],
            "revision": row["revision"] + 1,
            "input_bucket": drawn.input_bucket,
            "input_prefix": drawn.input_prefix,
            "input_filter": _filter(drawn),
        }
        if any(
            changes[key] != row[key] for key in ("input_bucket", "input_prefix", "input_filter")
        ) or _becomes_automatic(row, trigger_mode):
            changes["active_since_ms"] = clock.now_ms()  # what lies under the new path already starts nothing
        workflows.change(tx, caller, workflow_id, **changes)
        row = living(tx, caller, workflow_id)
        versions.keep(tx, caller, row, clock.now_ms(), note, restored)
    return _saved(ctx, row)


def set_trigger_mode(ctx: AppContext, caller: Caller, workflow_id: str, trigger_mode: str) -> Row:
    """Only this changes, also while Active. Objects completed while the mode was NotInAuto start nothing later."""
    with ctx.database.write(alone="workflows") as tx:
        row = living(tx, caller, workflow_id)
        since = {"active_since_ms": clock.now_ms()} if _becomes_automatic(row, trigger_mode) else {}
        workflows.change(tx, caller, workflow_id, trigger_mode=trigger_mode, revision=row["revision"] + 1, **since)
        row = living(tx, caller, workflow_id)
        versions.keep(tx, caller, row, clock.now_ms())
    return _saved(ctx, row)


def activate(ctx: AppContext, caller: Caller, workflow_id: str) -> Row:
    """Inactive -> Active; objects completed before this moment start nothing. An Active one stays as it is."""
    with ctx.database.write(alone="workflows") as tx:
        if living(tx, caller, workflow_id)["state"] != "Active":
            workflows.change(tx, caller, workflow_id, state="Active", active_since_ms=clock.now_ms())
        row = living(tx, caller, workflow_id)
    ctx.signal(Signal.WATCH)
    return row


def deactivate(ctx: AppContext, caller: Caller, workflow_id: str) -> Row:
    """Active -> Inactive; running executions go on."""
    with ctx.database.write(alone="workflows") as tx:
        living(tx, caller, workflow_id)
        workflows.change(tx, caller, workflow_id, state="Inactive")
        return living(tx, caller, workflow_id)


def delete(ctx: AppContext, caller: Caller, workflow_id: str) -> Row:
    """Logical: it stays readable with State Deleted, its name is free again; running executions go on."""
    with ctx.database.write(alone="workflows") as tx:
        row = living(tx, caller, workflow_id)
        workflows.change(tx, caller, workflow_id, state="Deleted")
        return row | {"state": "Deleted"}


def query(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Those that exist (deleted ones too) in the order asked for, and the ids of those that do not."""
    with ctx.database.read() as tx:
        found = workflows.find(tx, caller, ids)
    return list(found.values()), [i for i in ids if i not in found]


def search(
    ctx: AppContext, caller: Caller, states: Sequence[str] | None, number: int, size: int
) -> tuple[list[Row], int]:
    """A page of those in these states (None: any, also Deleted), newest first, and their total."""
    with ctx.database.read() as tx:
        return workflows.page(tx, caller, states, number, size)


def read_topology(topology: str) -> tuple[graph.Graph | None, Problems]:
    """The graph of a topology and what is wrong with it by itself: the long part of checking it, before anybody holds a
    lock. CallerError for what is no JSON object."""
    problems = Problems()
    return graph.parse(topology, problems), problems


def check_topology(
    tx: sa.Connection, ctx: AppContext, caller: Caller, read: tuple[graph.Graph | None, Problems]
) -> graph.Graph:
    """The graph of a topology that is whole, names only what exists and needs only what this server has; CallerError
    with every problem otherwise."""
    drawn, problems = read
    if drawn is not None:
        _check_refs(tx, ctx, caller, drawn, problems)
    problems.refuse("Topology")
    if drawn is None:
        raise CallerError("InvalidParameter", "Topology")
    return drawn


def problems_of(ctx: AppContext, caller: Caller, topology: str) -> list[tuple[str, Problem]]:
    """(activity or "", problem) for everything that AddMediaWorkflow would refuse in a topology; never raises for a bad
    one."""
    problems = Problems()
    try:
        drawn = graph.parse(topology, problems)
    except CallerError as error:
        return [("", Problem("Topology", error.code, error.message))]
    if drawn is not None:
        with ctx.database.read() as tx:
            _check_refs(tx, ctx, caller, drawn, problems)
    activities = jsonx.loads(topology).get("Activities") if problems.found else None
    names = activities.keys() if isinstance(activities, dict) else {}
    return [(_activity_of(problem.path, names), problem) for problem in problems.found]


def warnings(topology: str) -> list[tuple[str, str, str]]:
    """(activity, path, sentence) for everything in a topology that is accepted and does not do here what it says; never
    raises for a bad one."""
    try:
        drawn = graph.parse(topology, Problems())
    except CallerError:
        return []
    nodes = drawn.nodes.values() if drawn else ()
    return [
        (n.name, f"Activities.{n.name}.Parameters.{word}", text)
        for n in nodes
        for word, text in registry.nodes()[n.type].warn(n.raw)
    ]


def _activity_of(path: str, names: Collection[str]) -> str:
    """The activity that a path leads into. Names may hold dots, so the longest that fits is meant."""
    section, _, rest = path.partition(".")
    if section not in ("Activities", "Dependencies"):
        return ""
    ends = [at for at, c in enumerate(rest[: graph.MAX_NAME + 1]) if c in ".["]
    return next((rest[:at] for at in [len(rest), *reversed(ends)] if rest[:at] in names), "")


def _check_refs(tx: sa.Connection, ctx: AppContext, caller: Caller, drawn: graph.Graph, problems: Problems) -> None:
    """Complain at every place that names what does not exist, and of every activity that needs what this server lacks;
    places that were complained about already are left alone."""
    told, known = {problem.path for problem in problems.found}, _Known(tx, ctx, caller, drawn)
    wanted = list(drawn.refs()["templates"])
    bodies = outputs.template_bodies(tx, caller.account, caller.region, wanted)
    bodies |= {name: PRESETS[name] for name in wanted if name in PRESETS}
    start = drawn.start
    filtering.check(start.params.filter, problems, f"Activities.{start.name}.Parameters.InputFile.Filter")
    for node in drawn.nodes.values():
        kind = registry.node(node.type)
        for what, names in kind.refs(node.params).items():
            for name in sorted(names):
                place = names[name] if isinstance(names, Mapping) else f"Activities.{node.name}.Parameters"
                if place not in told:
                    known.check(what, name, place, problems)
        kind.check_graph(node, drawn.nodes, problems)
        kind.check_templates(node, drawn.nodes, bodies, problems)
        known.fits(kind, node, problems)
        lack: UserText
        for lack in ctx.lacks(kind.needs(node.params, bodies)):
            problems.add(f"Activities.{node.name}.Parameters", "InvalidParameter.NotSupported", lack)


class _Known:
    """What of all that a topology names exists: asked once for each kind of thing, however many activities there
    are."""

    def __init__(self, tx: sa.Connection, ctx: AppContext, caller: Caller, drawn: graph.Graph):
        refs = {what: list(names) for what, names in drawn.refs().items()}
        self._templates = {
            i for i, row in templates.find(tx, caller, refs["templates"]).items() if row["state"] == "Normal"
        }
        self._watermarks = {
            i
            for i, row in templates.find(tx, caller, refs["watermarks"], of=templates.WATERMARK).items()
            if row["state"] == "Normal"
        }
        self._pipelines = {i: str(row["speed"]) for i, row in pipelines.find(tx, caller, refs["pipelines"]).items()}
        self._start, self._ai_on_standard = drawn.pipeline_id, ctx.ai_on_standard
        self._libraries = set(fingerprints.find(tx, caller, refs["libraries"]))
        self._buckets = {
            (name, kind)
            for name in {*refs["inputs"], *refs["buckets"], *refs["pictures"]}
            for kind in ("Input", "Output")
            if buckets.bound(tx, caller.account, caller.region, name, kind)
        }
        self._location = location_of(caller.region)

    def fits(self, kind: NodeType, node: GraphNode, problems: Problems) -> None:
        """Complain of an activity whose pipeline takes no jobs of its type; of the Start's only where it counts."""
        own = kind.queue(node.params)
        speed = self._pipelines.get(own or self._start)
        if speed is None or kind.instant or kind.fits(speed, named=bool(own), standard=self._ai_on_standard):
            return
        path = f"Activities.{node.name}.Parameters"
        problems.add(f"{path}.PipelineId" if own else path, "InvalidParameter", pipelines_of.unfit(speed, node.type))

    def check(self, what: str, name: str, path: str, problems: Problems) -> None:
        """Complain when there is no such template, watermark template, bucket, pipeline or location."""
        if what == "templates":
            if name not in self._templates and name not in PRESETS:
                problems.add(path, "InvalidParameter.TemplateNotFound", name=name)
        elif what == "watermarks" and name not in self._watermarks:
            problems.add(path, "InvalidParameter.TemplateNotFound", name=name)
        elif what == "inputs" and (name, "Input") not in self._buckets:
            problems.add(path, "InvalidParameter.ResourceNotFound", f'"{name}" is not bound as input bucket.')
        elif what == "pictures" and not {(name, "Input"), (name, "Output")} & self._buckets:
            problems.add(path, "InvalidParameter.ResourceNotFound", f'"{name}" is not bound.')
        elif what == "buckets" and (name, "Output") not in self._buckets:
            problems.add(path, "InvalidParameter.ResourceNotFound", f'"{name}" is not bound as output bucket.')
        elif what == "pipelines" and name not in self._pipelines:
            problems.add(path, "InvalidParameter.ResourceNotFound", f'There is no pipeline "{name}".')
        elif what == "libraries" and name not in self._libraries:
            problems.add(path, "InvalidParameter.DBNotExist", name=name)
        elif what == "locations" and name != self._location:
            problems.add(
                path,
                "InvalidParameter.LocationInvalid",
                f'The location "{name}" is not served here; it is {self._location}.',
            )


def _filter(drawn: graph.Graph) -> str:
    """What Start wants of objects besides the prefix, as JSON; "": nothing."""
    given = filters.to_json(drawn.start.params.filter)
    return jsonx.dumps(given) if given else ""


def _saved(ctx: AppContext, row: Row) -> Row:
    """After the transaction that made a version of a workflow."""
    failpoint("version saved")
    ctx.signal(Signal.WATCH)
    return row


def living(tx: sa.Connection, caller: Caller, workflow_id: str) -> Row:
    row = workflows.get(tx, caller.account, caller.region, workflow_id)
    if row is None:
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "MediaWorkflowId", f'There is no workflow "{workflow_id}".'
        )
    if row["state"] == "Deleted":
        raise CallerError("InvalidParameter.ResourceDeleted", "MediaWorkflowId")
    return row


def _free_name(tx: sa.Connection, caller: Caller, name: str) -> None:
    if workflows.called(tx, caller, name):
        raise CallerError("InvalidParameter", "Name", f'There is a workflow of the name "{name}" already.')


def _checked_reuse(reuse: str | None) -> str | None:
    """The word as it was written: upper and lower case are the same."""
    if reuse and reuse.lower() not in {one.lower() for one in made.SCOPES}:
        raise CallerError("InvalidParameter", "Reuse", f"It is one of: {', '.join(made.SCOPES)}.")
    return reuse


def _becomes_automatic(row: Row, trigger_mode: str | None) -> bool:
    return trigger_mode == AUTO and row["trigger_mode"] != AUTO
