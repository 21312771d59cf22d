"""Whatever a document holds, reading its parameters never raises; and where a schema can say it, the check accepts what
the schema accepts."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmill.core import declare, jsonx
from reelmill.core.errors import Problems
from reelmill.core.fields import Record
from reelmill.engine.registry import nodes

NODES = {name: node for name, node in nodes().items() if node.schema.get("properties")}
STRANGE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "[", "{}", "[]", '{"Bucket": 1}', "%ff", "{RunId}", "0:a:1", "true", "-1.5", "9" * 30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def documents(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Documents that are nearly those of a schema: any part may be missing, strange, or JSON in a string."""
    if schema["type"] == "object":
        names = {name: documents(part) for name, part in schema["properties"].items()}
        made: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=names)
    elif schema["type"] == "array":
        made = st.lists(documents(schema["items"]), max_size=2)
    else:
        usual = [*schema.get("enum", []), *schema.get("examples", []), schema.get("default", "x")]
        made = st.sampled_from([*usual, *map(str, usual)])
    as_text = [made.map(jsonx.dumps)] if schema.get("x-json-string") else []
    return st.one_of(made, made, made, *as_text, STRANGE)


@pytest.mark.parametrize("name", NODES)
@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_document_makes_a_check_raise(name: str, data: st.DataObject) -> None:
    raw = data.draw(documents(dict(NODES[name].schema)))
    found = Problems()
    params = NODES[name].check(raw if isinstance(raw, dict) else {"Outputs": raw, "Input": raw}, found, "P")
    assert all(problem.path.startswith("P") and problem.message for problem in found.found)
    assert NODES[name].refs(params) is not None


FORM: Record[dict[str, Any]] = declare.record(
    "Form",
    "表单",
    {
        "Text": declare.text("Text", "文本", maxLength=4, wrong="it is too long"),
        "Kind": declare.choice("Kind", "类型", ("a", "b")),
        "Whole": declare.whole("Whole", "整数", -3, 7, required=True),
        "Number": declare.number("Number", "数", 0, 2.5, above=True),
        "Flag": declare.flag("Flag", "开关"),
        "List": declare.array("List", "列表", declare.whole("Item", "项", 0, 1), most=2),
        "Inner": declare.record("Inner", "对象", {"Name": declare.text("Name", "名称", required=True)}),
    },
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "Text": st.text(st.sampled_from("ab"), min_size=1, max_size=6),
    "Kind": st.sampled_from(["a", "b", "c"]),
    "Whole": st.integers(-5, 9) | st.floats(-4, 8).filter(lambda value: abs(value) > 1e-9 or value == 0),
    "Number": st.floats(-1, 3).filter(lambda value: abs(value) > 1e-9 or value == 0),
    "Flag": st.booleans(),
    "List": st.lists(st.integers(-1, 2), max_size=3),
    "Inner": st.fixed_dictionaries({}, optional={"Name": st.just("n"), "Other": st.just("o")}),
    "Other": st.just("o"),
}


@settings(max_examples=400, deadline=None)
@given(st.fixed_dictionaries({}, optional=VALUES))
def test_the_check_accepts_what_the_schema_accepts(raw: dict[str, Any]) -> None:
    found = Problems()
    FORM.check(raw, found, "")
    assert (found.found == []) == jsonschema.Draft202012Validator(FORM.schema).is_valid(raw), found.found
    by_text = Problems()
    FORM.check(jsonx.dumps(raw), by_text, "")
    assert [p.path for p in by_text.found] == [p.path for p in found.found]
