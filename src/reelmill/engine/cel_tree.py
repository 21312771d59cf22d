"""The tree of a condition that was compiled (CEL's CheckedExpr): which facts it names, which of them decided, which
part of it failed. Pure."""

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory, struct_pb2

Tree = Any  # a message cel.expr.Expr; protobuf makes its class when it is asked for it
_FIELD = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "int": _FIELD.TYPE_INT64,
    "int32": _FIELD.TYPE_INT32,
    "float": _FIELD.TYPE_DOUBLE,
    "str": _FIELD.TYPE_STRING,
    "bool": _FIELD.TYPE_BOOL,
}
# What is read of a tree, by the numbers of cel/expr/syntax.proto; what is not read is kept as it is.
_EXPR: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "Constant": {"string_value": (6, "str")},
    "Ident": {"name": (1, "str")},
    "Select": {"operand": (1, "Expr"), "field": (2, "str"), "test_only": (3, "bool")},
    "Call": {"target": (1, "Expr"), "function": (2, "str"), "args": (3, "*Expr")},
    "CreateList": {"elements": (1, "*Expr")},
    "Entry": {"map_key": (3, "Expr"), "value": (4, "Expr")},
    "CreateStruct": {"entries": (2, "*Entry")},
    "Comprehension": {
        "iter_var": (1, "str"),
        "iter_range": (2, "Expr"),
        "accu_var": (3, "str"),
        "accu_init": (4, "Expr"),
        "loop_condition": (5, "Expr"),
        "loop_step": (6, "Expr"),
        "result": (7, "Expr"),
    },
    "Expr": {
        "id": (2, "int"),
        "const_expr": (3, "Constant"),
        "ident_expr": (4, "Ident"),
        "select_expr": (5, "Select"),
        "call_expr": (6, "Call"),
        "list_expr": (7, "CreateList"),
        "struct_expr": (8, "CreateStruct"),
        "comprehension_expr": (9, "Comprehension"),
    },
    "Position": {"key": (1, "int"), "value": (2, "int32")},
    "SourceInfo": {"positions": (4, "*Position")},  # a map is a list of its pairs
    "CheckedExpr": {"expr": (4, "Expr"), "source_info": (5, "SourceInfo")},
}


def messages(
    package: str, shapes: Mapping[str, Mapping[str, tuple[int, str]]]
) -> tuple[descriptor_pool.DescriptorPool, dict[str, Any]]:
    """(pool, classes by name) of messages that are described as {name: {field: (number, type)}}; a type with "*" before
    it is a list."""
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    file.dependency.append("google/protobuf/struct.proto")
    for name, fields in shapes.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            label = _FIELD.LABEL_REPEATED if kind.startswith("*") else _FIELD.LABEL_OPTIONAL
            one, made = kind.lstrip("*"), message.field.add(name=field, number=number, label=label)
            if one in _TYPES:
                made.type = _TYPES[one]
            else:
                made.type, made.type_name = _FIELD.TYPE_MESSAGE, f".{one}" if "." in one else f".{package}.{one}"
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    found = {n: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{n}")) for n in shapes}
    return pool, found


# operation with a constant word -> what the word is tried with
_TRIED = {"matches": '""'} | dict.fromkeys(
    ("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes"),
    'timestamp("2020-01-01T00:00:00Z")',
)
_TYPE_NAMES = ("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint")
_CHECKED = messages("reelmill.tree", _EXPR)[1]["CheckedExpr"]
_ACCUMULATOR = "@result"  # what a macro adds its elements to
_A_LIST = 16  # elements that are counted of a list that a macro makes inside of another
Evaluate = Callable[[bytes], Any]  # (a part of a condition as the library writes it) -> its value; raises ValueError


class Parts:
    """A compiled condition, taken apart. `added`: characters that stand in it (0: the first), and not in what people
    wrote."""

    def __init__(self, serialized: bytes, added: Collection[int] = ()):
        self._added = added
        self._any = any_pb2.Any.FromString(serialized)
        self._checked = _CHECKED.FromString(self._any.value)
        self.root: Tree = self._checked.expr
        self._positions = {p.key: p.value for p in self._checked.source_info.positions}

    def place(self, tree: Tree) -> int:
        """The character of the condition (1: the first) at which a part stands: of an operation its sign."""
        at = int(self._positions.get(tree.id, 0))
        return at + 1 - sum(one < at for one in self._added)

    def alone(self, tree: Tree) -> bytes:
        """A part as a condition of its own."""
        part = _CHECKED.FromString(self._any.value)
        part.expr.CopyFrom(tree)
        return any_pb2.Any(type_url=self._any.type_url, value=part.SerializeToString()).SerializeToString()

    def activities(self) -> dict[str, Tree]:
        """The activities that it names, each with a place that does. "" stands for all places that name none of their
        own."""
        return {_activity(tree) or "": tree for tree in self._chains() if path_of(tree)[:1] == ["activities"]}

    def roots(self) -> set[str]:
        """The kinds of facts that it looks at."""
        return {path[0] for path in self.facts()}

    def facts(self) -> list[list[str]]:
        """The names of all facts that it looks at, each in its parts: ["activities", "a", "result", "width"]."""
        return [path for tree in self._chains() if (path := path_of(tree))]

    def values(self, evaluate: Evaluate) -> dict[str, Any]:
        """The facts that made it what it is, by their names."""
        found: dict[str, Any] = {}
        for part in self._deciding(self.root, evaluate):
            for tree in _longest(part, frozenset()):
                name = ".".join(path_of(tree))
                name = f"has({name})" if tree.HasField("select_expr") and tree.select_expr.test_only else name
                if name not in found:
                    found[name] = _value(evaluate, self.alone(tree))
        return {name: value for name, value in found.items() if value is not None}

    def blame(self, evaluate: Evaluate) -> tuple[Tree, str] | None:
        """(the smallest part that cannot be evaluated, why); None when each can by itself."""
        for tree in _inside_out(self.root):
            try:
                evaluate(self.alone(tree))
            except ValueError as error:
                return tree, str(error)
        return None

    def constants(self) -> Iterator[tuple[Tree, bytes | str]]:
        """Every operation for which no fact is needed, and every one whose word is a constant (a pattern, the name of a
        place), with what tells whether it can be evaluated: the part alone, or a condition that tries the word."""
        for tree in reversed(list(_all_parts(self.root))):  # what is inside first
            if not tree.HasField("call_expr"):
                continue
            call = tree.call_expr
            words = [one.const_expr.string_value for one in call.args if one.HasField("const_expr")]
            if not any(one.HasField("ident_expr") for one in _all_parts(tree)):
                yield tree, self.alone(tree)
            elif len(words) == 1 and call.function in _TRIED:
                yield tree, f"{_TRIED[call.function]}.{call.function}({json.dumps(words[0], ensure_ascii=False)})"

    @cached_property
    def growth(self) -> int:
        """How many times longer than the longest fact what it puts together may become: each macro goes on with what
        the one before has made. The library counts steps, not how long texts and lists are."""
        macros = [
            one.comprehension_expr.loop_step for one in _all_parts(self.root) if one.HasField("comprehension_expr")
        ]
        return math.prod((1 + _put_together(one) for one in macros), start=1 + _put_together(self.root, macros=False))

    def _deciding(self, tree: Tree, evaluate: Evaluate) -> Iterator[Tree]:
        """Of a conjunction that is false only what is false in it, of any other part all of it."""
        call = tree.call_expr if tree.HasField("call_expr") else None
        if call is not None and call.function == "_&&_":
            false = [one for one in call.args if _value(evaluate, self.alone(one)) is False]
            for one in false or call.args:
                yield from self._deciding(one, evaluate)
        elif call is not None and call.function in ("_||_", "!_"):
            for one in call.args:
                yield from self._deciding(one, evaluate)
        else:
            yield tree

    def _chains(self) -> Iterator[Tree]:
        return _longest(self.root, frozenset())


def path_of(tree: Tree) -> list[str]:
    """["media", "info", "width"] of media.info.width and of media["info"].width; [] of anything else."""
    if tree.HasField("ident_expr"):
        return [tree.ident_expr.name]
    if tree.HasField("select_expr"):
        inner, last = tree.select_expr.operand, tree.select_expr.field
    elif tree.HasField("call_expr") and tree.call_expr.function == "_[_]":
        inner, key = tree.call_expr.args
        last = key.const_expr.string_value if key.HasField("const_expr") else ""
    else:
        return []
    before = path_of(inner)
    return [*before, last] if before and last else []


def _activity(tree: Tree) -> str:
    path = path_of(tree)
    return path[1] if len(path) > 1 else ""


def children(tree: Tree) -> list[Tree]:
    """The parts directly inside a part."""
    kind = next((k for k in _EXPR["Expr"] if k.endswith("_expr") and tree.HasField(k)), "")
    if not kind:
        return []
    body = getattr(tree, kind)
    found: list[Tree] = []
    for field, (_, type_) in _EXPR[_EXPR["Expr"][kind][1]].items():
        if type_ == "Expr" and body.HasField(field):
            found.append(getattr(body, field))
        elif type_ == "*Expr":
            found += getattr(body, field)
        elif type_ == "*Entry":
            found += [one for entry in body.entries for one in (entry.map_key, entry.value)]
    return found


def _longest(tree: Tree, bound: frozenset[str]) -> Iterator[Tree]:
    """The longest names of facts in a part; what a macro calls its elements is no fact."""
    path = path_of(tree)
    if path:
        if path[0] not in bound and path[0] not in _TYPE_NAMES:
            yield tree
        return
    outside: list[Tree] = []
    if tree.HasField("comprehension_expr"):
        body = tree.comprehension_expr
        outside = [body.iter_range, body.accu_init]  # here its elements have no names yet
        for one in outside:
            yield from _longest(one, bound)
        bound |= {body.iter_var, body.accu_var}
    for one in children(tree)[len(outside) :]:
        yield from _longest(one, bound)


def _put_together(tree: Tree, *, macros: bool = True) -> int:
    """How many things are put together in a part, into texts, lists and maps: inside of macros, or outside of them only
    by `+`."""
    count, inner = 0, children(tree)
    if tree.HasField("call_expr") and tree.call_expr.function == "_+_":
        count, inner = (0, children(inner[1]) or inner[1:]) if _accumulates(tree) else (1, inner)
    elif macros and (tree.HasField("list_expr") or tree.HasField("struct_expr")):
        constant = not any(one.HasField("ident_expr") for one in _all_parts(tree))
        count = 0 if constant else len(inner)
    elif macros and tree.HasField("comprehension_expr"):
        steps = _all_parts(tree.comprehension_expr.loop_step)
        count = _A_LIST if any(_accumulates(one) for one in steps) else 0
    elif tree.HasField("comprehension_expr"):
        inner = [tree.comprehension_expr.iter_range]
    return count + sum(_put_together(one, macros=macros) for one in inner)


def _accumulates(tree: Tree) -> bool:
    """Whether a macro adds an element to its list here."""
    if not tree.HasField("call_expr") or tree.call_expr.function != "_+_":
        return False
    left, right = tree.call_expr.args
    return path_of(left) == [_ACCUMULATOR] and bool(right.HasField("list_expr"))


def _inside_out(tree: Tree) -> Iterator[Tree]:
    """Parts before what they are part of. Of a macro only what it goes through: its body makes no sense alone."""
    inner = [tree.comprehension_expr.iter_range] if tree.HasField("comprehension_expr") else children(tree)
    for one in inner:
        yield from _inside_out(one)
    yield tree


def _all_parts(tree: Tree) -> Iterator[Tree]:
    """A part with everything that is in it."""
    yield tree
    for one in children(tree):
        yield from _all_parts(one)


def _value(evaluate: Evaluate, part: bytes) -> Any:
    try:
        return evaluate(part)
    except ValueError:
        return None
