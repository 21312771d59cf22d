"""Nodes speak for themselves: whoever wants to know something of an activity asks its NodeType, and never compares its
name. So a type that comes from elsewhere is as good as one of ours."""

import ast
from pathlib import Path

from reelmill.engine import registry
from reelmill.nodes.later import LATER

HOUSE = Path(__file__).parents[2] / "src" / "reelmill"
# Words of the API that happen to be called as a type is: members of answers and of watermark templates.
OTHERS = {
    "cli/apply/plan.py": {"Start"},  # of a Timeline
    "api/shapes.py": {"Start", "MediaInfo"},
    "api/fingerprint_shapes.py": {"Start"},
    "media/edits.py": {"Start"},
    "media/watermarks.py": {"Start"},
    "media/watermark_drawing.py": {"Start"},
}


def test_no_name_of_a_node_stands_outside_of_nodes_and_the_wire_spec() -> None:
    names = set(registry.by_word()) | LATER
    found = []
    for path in sorted(HOUSE.rglob("*.py")):
        place = str(path.relative_to(HOUSE))
        if place.startswith("nodes/"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [
            f"{place}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value in names - OTHERS.get(place, set())
        ]
    assert found == []
