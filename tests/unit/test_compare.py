"""Differences of documents, place by place."""

from reelmill.core.compare import Change, changes


def test_equal_documents_have_none_however_they_are_written() -> None:
    assert changes({"a": [{"n": 5}], "on": "true"}, {"on": True, "a": '[{"n": "5"}]'}) == []


def test_each_place_is_told_with_what_was_and_what_is() -> None:
    before = {"Activities": {"a.b": {"Outputs": [{"Crf": "20"}]}, "gone": {}}, "x": [1]}
    after = {"Activities": {"a.b": {"Outputs": [{"Crf": "23"}]}, "new": {"Type": "t"}}, "x": [1, 2]}
    found = changes(before, after)
    assert [(c.kind, c.path) for c in found] == [
        ("Changed", "Activities.a.b.Outputs[0].Crf"),
        ("Added", "Activities.new"),
        ("Removed", "Activities.gone"),
        ("Changed", "x"),
    ]
    assert found[0] == Change("Changed", ("Activities", "a.b", "Outputs", 0, "Crf"), "20", "23")


def test_text_that_only_begins_like_json_is_text() -> None:
    assert changes({"a": "{RunId}/x"}, {"a": "{RunId}/y"})[0].before == "{RunId}/x"
    assert changes({"a": None}, {"a": ""}) == [Change("Changed", ("a",), None, "")]
