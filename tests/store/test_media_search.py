"""The full-text index, the counts and the order of the media library, as rows change."""

from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import media, outputs, search
from reelmill.store.database import Database
from reelmill.store.search import Question

ANN, BEN = Caller("ann", "r1"), Caller("ben", "r1")


def _add(tx: sa.Connection, name: str, caller: Caller = ANN, *, at: int = 0, **more: Any) -> str:
    row = {
        "account": caller.account,
        "region": caller.region,
        "id": name,
        "bucket": "b",
        "location": "l",
        "object": f"up/{name}.mp4",
        "title": name,
        "publish_state": "Initiated",
        "created_ms": at,
    }
    media.add(tx, row | more)
    return name


def _found(database: Database, caller: Caller = ANN, **question: Any) -> list[str]:
    with database.read() as tx:
        return [
            row["id"] for row in media.listed(tx, caller, search.places(tx, Question(**question), caller, limit=100))
        ]


def test_words_alternatives_and_fields(database: Database) -> None:
    with database.write() as tx:
        _add(tx, "one", title="Summer holiday 2024", description="at the sea")
        _add(tx, "two", title="Winter", tags='["Summer sale"]')
        _add(tx, "three", title="\u6211\u7684\u5047\u671f")
    assert _found(database, title=["summ hol"]) == ["one"] and _found(database, title=["winter", "holiday"]) == [
        "two",
        "one",
    ]
    assert _found(database, anywhere=["summer"]) == ["two", "one"] and _found(database, description=["sea"]) == ["one"]
    assert (
        _found(database, title=["sea"]) == []
        and _found(database, title=["***"]) == []
        and _found(database, anywhere=["up thr"]) == ["three"]
    )
    assert _found(database, title=["\u5047\u671f"]) == ["three"]
    assert _found(database, tags=["summer SALE"]) == ["two"] and _found(database, tags=["summer"]) == []


def test_places_far_apart_come_in_order_and_are_counted_as_far_as_asked(database: Database) -> None:
    """PostgreSQL searches stretch by stretch; where one ends and the next begins, and where nothing is, nobody sees."""
    places = [1, 2, 32_767, 32_768, 32_769, 65_536, 3_000_000, 3_000_001]
    with database.write() as tx:
        for place in places:
            _add(tx, f"m{place}", title="same", seq=place)
    question = Question(title=["sa"])

    def found(**how: Any) -> list[int]:
        with database.read() as tx:
            return search.places(tx, question, ANN, **{"limit": 100} | how)

    assert found() == places[::-1] and found(ascending=True) == places
    assert found(limit=3) == places[:-4:-1] and found(limit=3, ascending=True) == places[:3]
    assert found(limit=2, skip=2) == places[5:3:-1] and found(limit=9, skip=7) == [1] and found(skip=8) == []
    assert found(beyond=32_768) == places[2::-1] and found(beyond=32_768, ascending=True) == places[4:]
    assert found(beyond=10**17) == places[::-1] and found(beyond=10**17, ascending=True) == [] == found(beyond=1)
    with database.read() as tx:
        assert [search.counted(tx, question, ANN, most) for most in (1, 2, 7, 8, 100)] == [1, 2, 7, 8, 8]


def test_words_longer_than_the_lists_of_beginnings_are_found(database: Database) -> None:
    with database.write() as tx:
        _add(tx, "one", title="incomprehensibilities")
        _add(tx, "two", title="incomprehensible")
    assert _found(database, title=["incomprehens"]) == ["two", "one"] == _found(database, title=["incomprehensib"])
    assert _found(database, title=["incomprehensible"]) == ["two"] and _found(database, title=["incomprehension"]) == []
    assert _found(database, title=["i"]) == ["two", "one"]


def test_quotes_and_operators_of_the_index_are_only_text(database: Database) -> None:
    with database.write() as tx:
        _add(tx, "one", title='He said "NOT" AND left')
    for text in (
        '"',
        "said OR",
        "NOT",
        'x" OR "+said',
        "said*",
        "(said",
        "said)",
        "words:said",
        "^said",
        "said NEAR left",
    ):
        assert _found(database, title=[text]) in ([], ["one"])
    assert _found(database, title=['"not" and']) == ["one"] and _found(database, tags=['"']) == []


def test_a_change_moves_a_media_in_the_index_and_in_the_counts(database: Database, kind: str) -> None:
    with database.write() as tx:
        _add(tx, "one", title="old", cate_id=3)
        media.change(tx, ANN, "one", title="new", tags=["t"], cate_id=4)
        outputs.publish(tx, "one", True)
    assert _found(database, title=["old"]) == [] and _found(
        database, title=["new"], tags=["t"], cate_ids=[4], states=["Published"]
    ) == ["one"]
    with database.write() as tx:
        assert (
            media.total(tx, ANN, ["Published"]),
            media.total(tx, ANN, ["Initiated"]),
            media.total(tx, ANN, ["Published"], [3]),
        ) == (1, 0, 0)
        media.delete(tx, ANN, ["one"])
        assert media.total(tx, ANN, ["Published"]) == 0 and media.total(tx, ANN, ["Deleted"], [4]) == 1
    assert (
        _found(database) == []
        and _found(database, states=["Deleted"]) == ["one"]
        and _found(database, states=["Deleted", "Published"], title=["new"]) == ["one"]
    )
    with database.write() as tx:
        outputs.find_or_create_media(tx, {"account": "ann", "region": "r1", "bucket": "b", "object": "up/one.mp4"})
    assert _found(database, title=["new"]) == ["one"]
    if kind == "sqlite":
        with database.read() as tx:
            tx.exec_driver_sql("insert into media_search(media_search) values ('integrity-check')")


def test_many_categories_in_several_states_are_one_question(database: Database) -> None:
    with database.write() as tx:
        for i, state in enumerate(("Initiated", "Published", "UnPublish", "Deleted")):
            _add(tx, f"m{i}", cate_id=99, publish_state=state, title="same", tags='["t"]')
    wanted: dict[str, Any] = {
        "cate_ids": list(range(100)),
        "states": ["Initiated", "Published", "Deleted"],
        "title": ["same", "other"],
        "tags": ["t", "u"],
    }
    assert (
        _found(database, **wanted) == ["m3", "m1", "m0"]
        and _found(database, **wanted | {"cate_ids": list(range(99))}) == []
    )


def test_only_the_own_media_of_the_own_region_are_found(database: Database) -> None:
    with database.write() as tx:
        _add(tx, "one", title="same", tags='["t"]')
        _add(tx, "two", BEN, title="same", tags='["t"]')
        _add(tx, "three", Caller("ann", "r2"), title="same")
    for question in (
        {},
        {"title": ["same"]},
        {"tags": ["t"]},
        {"anywhere": ["up"]},
        {"cate_ids": [0]},
        {"states": ["Initiated"]},
    ):
        assert _found(database, **question) == ["one"] and _found(database, BEN, **question) == ["two"], question
    with database.read() as tx:
        assert media.listed(tx, ANN, [1, 2, 3])[0]["id"] == "one" and len(media.listed(tx, ANN, [1, 2, 3])) == 1


def test_a_range_of_time_is_a_range_of_places_even_when_the_clock_goes_back(database: Database) -> None:
    with database.write() as tx:
        for i, at in enumerate((1000, 2000, 1500, 3000, 3000)):
            _add(tx, f"m{i}", at=at)
    assert _found(database, start_ms=2000, end_ms=2999) == ["m2", "m1"] and _found(database, end_ms=1000) == ["m0"]
    assert (
        _found(database, start_ms=3001) == []
        and _found(database, start_ms=3000) == ["m4", "m3"]
        and _found(database, end_ms=0) == []
    )
    with database.read() as tx:
        assert search.places(tx, Question(start_ms=2000), ANN, limit=2, beyond=2, ascending=True) == [3, 4]
        assert search.places(tx, Question(), ANN, limit=2, beyond=3) == [2, 1]
