"""The two commands: files to a server, and a server to files."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reelmill.cli.apply import documents, reading, ros, server
from reelmill.cli.apply.plan import Plan, needed, plan, told
from reelmill.cli.apply.resources import FIELDS, KINDS, WORDS, FileFault, Resource, resource
from reelmill.cli.client import Client, Refused
from reelmill.core.errors import ReelMillError

SECTIONS = {f"{kind}s": kind for kind in KINDS}
_KNOWN = f"a file holds some of {', '.join(SECTIONS)}, or is a template of ROS"
_LONGEST_NOTE = 256  # characters that the server takes
_ABOUT = "# Written by ./mill export; ./mill apply reads it. Ids stand as names: {Pipeline: NAME}, {Template: NAME}.\n"


def files_of(folder: Path) -> tuple[list[Resource], frozenset[str]]:
    """What a folder asks for, and the kinds of which it speaks. FileFault for what cannot be understood."""
    found: list[Resource] = []
    kinds: set[str] = set()
    for name, document in documents.read(folder):
        if ros.is_template(document):
            found += ros.resources(document, name)
            continue
        if not isinstance(document, dict):
            raise FileFault(f"{name}: {_KNOWN}.")
        sections = {key: ones for key, ones in document.items() if not key.startswith("x-")}  # a place for anchors
        if strange := sorted(sections.keys() - SECTIONS.keys()):
            raise FileFault(f'{name}: "{strange[0]}" is not known; {_KNOWN}.')
        for section, ones in sections.items():
            kinds.add(SECTIONS[section])
            if not isinstance(ones, list):
                raise FileFault(f"{name}: {section} must be a list.")
            found += [resource(SECTIONS[section], one, name) for one in ones]
    return found, frozenset(kinds | {one.kind for one in found})


def apply(client: Client, folder: Path, *, only_plan: bool, yes: bool, prune: bool) -> int:
    """Exit code: 0 done, or nothing to do; 2 with `only_plan` when there is something to do; 1 when it cannot be
    done."""
    try:
        files, kinds = files_of(folder)
        there = server.read(client)
        found = plan(files, kinds, there, prune=prune)
        print(told(found))
        changer = server.Changer(client.call, there, f"mill apply {folder.name}"[:_LONGEST_NOTE])
        if faults := _faults(changer, found, there):
            print("\n".join(f"ReelMill: {fault}" for fault in faults), file=sys.stderr)
            return 1
        if only_plan or not found.steps:
            return 2 if found.steps else 0
        if not (yes or _agreed()):
            return 1
        return _done(changer, found)
    except ReelMillError as error:
        print(f"ReelMill: {error}", file=sys.stderr)
        return 1


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise FileFault("Nobody is there to agree to the plan; say --yes.")
    return input("Do it? [y/N] ").strip().lower() in ("y", "yes")


def _faults(changer: server.Changer, found: Plan, there: Sequence[Resource]) -> list[str]:
    """Why the server would refuse a step. It is asked about topologies itself where everything that they may refer to
    is there already; of others it is known here whether they can be read."""
    steps = [step for step in found.steps if step.verb != "delete"]
    before = {(step.wanted.kind, step.wanted.name) for step in steps if step.wanted.kind != "Workflow"}
    read = reading.faults(steps, there)
    for step in steps:
        one = step.wanted
        if one.kind == "Workflow" and one.shown not in read and before.isdisjoint(needed(one.body["Topology"])):
            read[one.shown] = changer.fault(step)
    return [f"{one.place}: {one.shown}: {read[one.shown]}" for one in (s.wanted for s in steps) if read.get(one.shown)]


def _done(changer: server.Changer, found: Plan) -> int:
    past = {"add": "made", "change": "changed", "delete": "deleted"}
    for number, step in enumerate(found.steps):
        try:
            changer.do(step)
        except Refused as refused:
            rest = len(found.steps) - number - 1
            print(f"ReelMill: {step.wanted.shown}: {refused}", file=sys.stderr)
            print(f"{number} of {len(found.steps)} steps are done, {rest} were not tried.", file=sys.stderr)
            return 1
        print(f"{step.wanted.shown} {past[step.verb]}.")
    return 0


def export(client: Client, folder: Path, form: str) -> int:
    """Exit code: 0, or 1 when it cannot be done, or when `apply` could not read what was written."""
    try:
        there = server.read(client)
        folder.mkdir(parents=True, exist_ok=True)
        written = {f"{section.lower()}.{form}" for section in SECTIONS}
        for section, kind in SECTIONS.items():
            ones = [_ordered(one) for one in there if one.kind == kind]
            text = documents.written({section: ones}, form)
            path = folder / f"{section.lower()}.{form}"
            path.write_text((_ABOUT if form == "yaml" else "") + text, encoding="utf-8")
        print(f"{len(there)} things are written to {folder}.")
        count = Counter((one.kind, one.name) for one in there)
        for (kind, name), number in count.items():
            if number > 1:
                twice = f'The server has {number} {WORDS[kind]}s of the name "{name}": rename one'
                print(f"{twice}, or ./mill apply will refuse these files.", file=sys.stderr)
        others = sorted({name for name, _ in documents.read(folder)} - written)
        if others:
            print(f"Other files lie there, which ./mill apply would read too: {', '.join(others)}.", file=sys.stderr)
        return int(any(number > 1 for number in count.values()))
    except (ReelMillError, OSError) as error:
        print(f"ReelMill: {error}", file=sys.stderr)
        return 1


def _ordered(one: Resource) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(
        json.dumps({name: one.body[name] for name in FIELDS[one.kind] if name in one.body})
    )
    return body
