"""Every sentence that the server can say to a reader, read off its source.

`core.errors.UserText` marks them: a parameter, field, variable, constant or answer of this type is read by people. What
is given to such a parameter or field, assigned to such a name or returned by such a function is collected. What changes
in a sentence is `{}` here, `{+}` where it is another sentence; `{{` is a brace of its own. `core.errors.Pattern` marks
those that are filled later, by `%` or `format`.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "reelmill"
MECHANISM = "core/errors.py"  # puts together what others say
SILENT = ("cli/", "store/", "testkit.py", "settings/")  # for administrators, who read English, and for nobody
_MARKS = ("UserText", "Pattern")
_NAMED = re.compile(r'"?\{\}"?: \{\+?\}')  # somebody's name and his sentence
_HOLES = re.compile(r"%s|\{\w*\}")


class Uncollectable(Exception):
    """A sentence that is not written where it is said."""


@dataclass
class Speaker:
    """A function or class that is given sentences. `places`: parameter -> (its place, how it is annotated)."""

    places: dict[str, tuple[int, ast.expr]] = field(default_factory=dict)


@dataclass
class Module:
    """One file, and who of it says or takes sentences, by simple name (methods: `class.method` in small letters)."""

    path: Path
    tree: ast.Module
    speakers: dict[str, Speaker] = field(default_factory=dict)
    sayers: dict[str, ast.expr] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)  # of these, functions inside functions: nobody else calls them

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))


@dataclass
class Collection:
    """Sentences with the place of each, and the places where one could not be collected."""

    said: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def _marked(annotation: ast.expr | None) -> bool:
    return annotation is not None and any(isinstance(n, ast.Name) and n.id in _MARKS for n in ast.walk(annotation))


def _scan(path: Path) -> Module:
    module = Module(path, ast.parse(path.read_text(encoding="utf-8")))
    methods = {id(item) for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef) for item in node.body}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and id(node) not in methods:
            _scan_function(module, node.name, node, bound=False)
            if node not in module.tree.body:
                module.inner.add(node.name)
        elif isinstance(node, ast.ClassDef):
            fields = [
                item for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
            ]
            marked = {
                item.target.id: (place, item.annotation)
                for place, item in enumerate(fields)
                if isinstance(item.target, ast.Name) and _marked(item.annotation)
            }
            if marked:
                module.speakers[node.name] = Speaker(marked)
            for item in node.body:
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                    name = node.name if item.name == "__init__" else f"{node.name.lower()}.{item.name}"
                    _scan_function(module, name, item, bound=True)
    for node in module.tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _marked(node.annotation):
            module.constants.add(node.target.id)
    return module


def _scan_function(module: Module, name: str, node: ast.FunctionDef | ast.AsyncFunctionDef, *, bound: bool) -> None:
    given = [*node.args.posonlyargs, *node.args.args]
    places = {
        a.arg: (place - bound, a.annotation)
        for place, a in enumerate(given)
        if a.annotation is not None and _marked(a.annotation)
    }
    places |= {
        a.arg: (1000, a.annotation) for a in node.args.kwonlyargs if a.annotation is not None and _marked(a.annotation)
    }
    if places:
        module.speakers[name] = Speaker(places)
    if node.returns is not None and _marked(node.returns):
        module.sayers[name.rpartition(".")[2]] = node.returns


class _Reader:
    """Reads one module, with what all of them know."""

    def __init__(self, module: Module, modules: list[Module], found: Collection):
        self.module, self.found = module, found
        self.speakers = {
            name: s for m in modules for name, s in m.speakers.items() if name not in m.inner
        } | module.speakers
        self.speakers |= {
            f"{m.path.stem}.{name}": s for m in modules for name, s in m.speakers.items() if name not in m.inner
        }
        self.sayers = {name: a for m in modules for name, a in m.sayers.items() if name not in m.inner} | module.sayers
        self.fields = {name for m in modules for s in m.speakers.values() for name in s.places}
        self.constants = {name for m in modules for name in m.constants}

    def read(self) -> None:
        self._walk(self.module.tree, ())

    def _walk(self, node: ast.AST, functions: tuple[ast.AST, ...]) -> None:
        for child in ast.iter_child_nodes(node):
            inner = functions
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = (*functions, child)
                given = [*child.args.posonlyargs, *child.args.args][::-1]
                for one, default in (
                    *zip(given, child.args.defaults[::-1], strict=False),
                    *zip(child.args.kwonlyargs, child.args.kw_defaults, strict=True),
                ):
                    if default is not None:
                        self._collect(one.annotation, default, functions)
            elif isinstance(child, ast.Call) and self.module.name != MECHANISM:
                self._call(child, functions)
            elif (
                isinstance(child, ast.Assign)
                and self.module.name != MECHANISM
                and isinstance(target := child.targets[0], ast.Attribute)
                and target.attr in self.fields
            ):
                self._sentence(child.value, functions, pattern=False)
            elif isinstance(child, ast.AnnAssign) and _marked(child.annotation) and child.value is not None:
                self._collect(child.annotation, child.value, functions)
            elif (
                isinstance(child, ast.Return)
                and child.value is not None
                and functions
                and self.module.name != MECHANISM
            ):
                returns = getattr(functions[-1], "returns", None)
                if _marked(returns):
                    self._collect(returns, child.value, functions)
            self._walk(child, inner)

    def _call(self, call: ast.Call, functions: tuple[ast.AST, ...]) -> None:
        if _name(call.func) == "replace":  # of a dataclass: its fields by name
            for one in call.keywords:
                if one.arg in self.fields:
                    self._sentence(one.value, functions, pattern=False)
        speaker = self._speaker(call.func)
        if speaker is None:
            return
        for name, (place, annotation) in speaker.places.items():
            given = next(
                (k.value for k in call.keywords if k.arg == name), call.args[place] if place < len(call.args) else None
            )
            if given is not None:
                self._collect(annotation, given, functions)

    def _speaker(self, func: ast.expr) -> Speaker | None:
        if isinstance(func, ast.Name):
            return self.speakers.get(func.id)
        if isinstance(func, ast.Attribute):
            owner = func.value.id.lower() if isinstance(func.value, ast.Name) else ""
            return self.speakers.get(f"{owner}.{func.attr}")
        return None

    def _collect(self, annotation: ast.expr | None, value: ast.expr, functions: tuple[ast.AST, ...]) -> None:
        """What of a value is of a marked type, by the shape of the type."""
        if annotation is None or not _marked(annotation):
            return
        if isinstance(value, ast.IfExp):
            self._collect(annotation, value.body, functions)
            self._collect(annotation, value.orelse, functions)
        elif isinstance(annotation, ast.Name):
            self._sentence(value, functions, annotation.id == "Pattern")
        elif isinstance(annotation, ast.BinOp):  # X | None
            self._collect(annotation.left if _marked(annotation.left) else annotation.right, value, functions)
        elif isinstance(annotation, ast.Subscript):
            inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            if isinstance(value, ast.Dict) and len(inner) == 2:
                for one in value.values:
                    self._collect(inner[1], one, functions)
            elif isinstance(value, ast.Tuple | ast.List):
                for place, one in enumerate(value.elts):
                    self._collect(
                        inner[min(place, len(inner) - 1)] if isinstance(value, ast.Tuple) else inner[0], one, functions
                    )
            # any other value of such a shape was made by somebody who is marked too

    def _sentence(self, value: ast.expr, functions: tuple[ast.AST, ...], pattern: bool) -> None:
        place = f"{self.module.name}:{value.lineno}"
        try:
            for text in self._texts(value, functions):
                text = _HOLES.sub("{}", text.replace("{{", "{").replace("}}", "}")) if pattern else text
                if text.strip():
                    if _NAMED.fullmatch(text):
                        continue
                    if not re.search(r"[A-Za-z]{2}", re.sub(r"\{\+?\}", "", text)):
                        raise Uncollectable
                    self.found.said.setdefault(text, place)
        except Uncollectable:
            self.found.lost.append(f"{place}: {ast.unparse(value)[:120]}")

    def _texts(self, node: ast.expr, functions: tuple[ast.AST, ...]) -> list[str]:
        """The texts that an expression can be; none where it is a sentence that is collected elsewhere."""
        match node:
            case ast.Constant(value=str() as text):
                return [text.replace("{", "{{").replace("}", "}}")]
            case ast.Constant(value=None):
                return []
            case ast.JoinedStr(values=parts) if self._joined(parts, functions):
                return []
            case ast.JoinedStr(values=parts):
                return ["".join(p) for p in itertools.product(*(self._part(part, functions) for part in parts))]
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return [
                    "".join(p) for p in itertools.product(self._texts(left, functions), self._texts(right, functions))
                ]
            case ast.IfExp(body=body, orelse=orelse):
                return self._texts(body, functions) + self._texts(orelse, functions)
            case ast.BoolOp(values=values):
                return [text for one in values for text in self._texts(one, functions)]
            case ast.NamedExpr(value=value):
                return self._texts(value, functions)
            case ast.Call(func=ast.Subscript(value=ast.Name(id=name))):  # one of several functions
                return self._named(name, functions)
            case ast.Call(func=ast.Attribute(value=inner, attr="strip")):
                return self._texts(inner, functions)
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=attr), attr="format")) if attr in self.fields:
                return []
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in self.fields:  # a function that a field holds
                return []
            case ast.Call(func=func) if _name(func) in self.sayers:
                return []
            case ast.Attribute(attr=attr) if attr in self.fields:
                return []
            case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name):
                return self._named(name, functions)
        raise Uncollectable

    def _joined(self, parts: list[ast.expr], functions: tuple[ast.AST, ...]) -> bool:
        """Whether nothing but sentences of others stands in an f-string."""
        try:
            return all(
                not self._texts(p.value, functions)
                if isinstance(p, ast.FormattedValue)
                else isinstance(p, ast.Constant) and p.value == " "
                for p in parts
            )
        except Uncollectable:
            return False

    def _part(self, part: ast.expr, functions: tuple[ast.AST, ...]) -> list[str]:
        if isinstance(part, ast.FormattedValue):
            if isinstance(part.value, ast.IfExp | ast.BoolOp):
                return [
                    text
                    for one in _branches(part.value)
                    for text in (
                        self._texts(one, functions) if isinstance(one, ast.Constant | ast.JoinedStr) else ["{}"]
                    )
                ]
            if isinstance(part.value, ast.Name) and self._hides(part.value.id, functions):
                raise Uncollectable
            return ["{+}" if self._joined([part], functions) else "{}"]
        return self._texts(part, functions)

    def _hides(self, name: str, functions: tuple[ast.AST, ...]) -> bool:
        """Whether a name that is not marked holds words of ours."""
        try:
            return any(re.search(r"[a-z] [a-z]", text) for text in self._named(name, functions))
        except Uncollectable:
            return False

    def _named(self, name: str, functions: tuple[ast.AST, ...]) -> list[str]:
        """What a name can hold: a marked one is collected where it is filled, a plain one is followed to its
        assignments in the same function."""
        if name in self.constants:
            return []
        for function in reversed(functions):
            arguments = getattr(function, "args", None)
            if arguments is not None:
                for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    if one.arg == name:
                        if _marked(one.annotation):
                            return []
                        raise Uncollectable
            values = list(_assigned(function, name))
            if values:
                return [text for value in values if value is not None for text in self._texts(value, functions)]
        raise Uncollectable


def _name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _branches(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_branches(node.body), *_branches(node.orelse)]
    if isinstance(node, ast.BoolOp):
        return [one for value in node.values for one in _branches(value)]
    return [node]


def _assigned(function: ast.AST, name: str) -> Iterator[ast.expr | None]:
    """The values that are assigned to a name; None for one that is marked there."""
    for node in ast.walk(function):
        match node:
            case ast.AnnAssign(target=ast.Name(id=known), annotation=annotation) if known == name and _marked(
                annotation
            ):
                yield None
            case ast.Assign(targets=[ast.Name(id=known)], value=value) if known == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Call() as value):
                yield from (value for n in names if isinstance(n, ast.Name) and n.id == name)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                yield from (v for n, v in zip(names, values, strict=True) if isinstance(n, ast.Name) and n.id == name)
            case ast.NamedExpr(target=ast.Name(id=known), value=value) if known == name:
                yield value


def collect() -> Collection:
    """All sentences of the server."""
    paths = [p for p in sorted(ROOT.rglob("*.py")) if not str(p.relative_to(ROOT)).startswith(SILENT)]
    modules, found = [_scan(path) for path in paths], Collection()
    known: dict[str, tuple[str, list[int]]] = {}
    for module in modules:
        for name, speaker in module.speakers.items():
            places = [place for place, _ in speaker.places.values()]
            if name not in module.inner and known.setdefault(name, (module.name, places))[1] != places:
                found.lost.append(
                    f"{module.name}: {name} takes its sentences elsewhere than that of {known[name][0]}; call it "
                    f"otherwise"
                )
    for module in modules:
        _Reader(module, modules, found).read()
    return found
