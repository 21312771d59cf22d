"""Every English sentence that the server can say to a reader, read off its source.

`core.errors.UserText` annotates what people read, `core.errors.Pattern` what is filled later, by `%` or `format`. A
sentence is a text of several words, or with a full stop, that stands

- in an argument for such a parameter or field (of `CallerError`, `Failure`, `Problems.add`, ...),
- in what is assigned to, returned as, or the default of something annotated so,
- in what the same function assigns to a name that stands there.

What changes in a sentence is `{}` here, `{+}` where it is another sentence; `{{` is a brace of its own. Where a part is
chosen (`if`, `or`), each choice gives a sentence.
"""

import ast
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "reelmill"
SILENT = ("cli/", "store/", "testkit.py", "settings/")  # for administrators, who read English, and for nobody
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_HOLES = re.compile(r"%s|\{[a-z_]*\}")  # of a pattern; {RunId}, with a capital, is what users write


class Sentences:
    """`said`: sentence -> file and line. `lost`: names that carry a sentence, where it cannot be seen which."""

    def __init__(self, root: Path = ROOT) -> None:
        self.said: dict[str, str] = {}
        self.lost: list[str] = []
        self.names: set[str] = set()  # of what is annotated, and of functions that return a sentence
        self.places: dict[str, set[int]] = {}  # function or class -> positions of its annotated parameters or fields
        files = {str(path.relative_to(root)): path for path in sorted(root.rglob("*.py"))}
        trees = {
            file: ast.parse(path.read_text("utf-8")) for file, path in files.items() if not file.startswith(SILENT)
        }
        for node in itertools.chain(*map(ast.walk, trees.values())):
            self._learn(node)
        for self.file, tree in trees.items():
            self._read(tree, [tree])

    def _learn(self, node: ast.AST) -> None:
        """Who is given or returns sentences, and under which names."""
        parameters: list[ast.AnnAssign] | list[ast.arg] = []
        if isinstance(node, ast.ClassDef | ast.Module):
            parameters = [one for one in node.body if isinstance(one, ast.AnnAssign)]
            for one in node.body:
                if isinstance(one, ast.FunctionDef) and one.name == "__init__":
                    one.name = _name(node)  # by which it is called
        elif isinstance(node, _FUNCTION):
            parameters = node.args.args[[a.arg for a in node.args.args[:1]] in (["self"], ["cls"]) :]
            self.names |= {_name(one) for one in (node, *node.args.kwonlyargs) if _marked(one)}
        marked = {place: _name(one) for place, one in enumerate(parameters) if _marked(one)}
        self.places.setdefault(_name(node), set()).update(marked)
        self.names |= set(marked.values())

    def _read(self, node: ast.AST, functions: list[ast.AST]) -> None:
        """Takes every sentence in a node; `functions` are those around it."""
        for value in self._given(node, functions[-1]):
            self._take(value, functions[:2])  # the file and the outermost function
        for child in ast.iter_child_nodes(node):
            self._read(child, [*functions, node] if isinstance(node, _FUNCTION) else functions)

    def _given(self, node: ast.AST, function: ast.AST) -> Iterator[ast.expr]:
        """What of a node stands where a sentence is expected."""
        match node:
            case ast.Call():
                places = self.places.get(_name(node.func), ())
                yield from (value for place, value in enumerate(node.args) if place in places)
                yield from (one.value for one in node.keywords if one.arg in self.names)
            case ast.AnnAssign(value=ast.expr() as value) if _marked(node):
                yield value
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in self.names:
                yield value
            case ast.Return(value=ast.expr() as value) if _marked(function):
                yield value
            case ast.arguments():
                yield from (d for one, d in zip(node.args[::-1], node.defaults[::-1], strict=False) if _marked(one))
                yield from (d for one, d in zip(node.kwonlyargs, node.kw_defaults, strict=True) if d and _marked(one))

    def _take(self, given: ast.expr, around: list[ast.AST]) -> None:
        """Takes the sentences that an expression can be."""
        nodes = [*ast.iter_child_nodes(around[0]), *ast.walk(around[-1])]
        declared = {_name(n): n for n in nodes if isinstance(n, ast.AnnAssign | ast.arg)}
        assigned = [pair for node in nodes for pair in _assigned(node)]

        def told(node: ast.AST) -> bool:
            """Whether it is a sentence that is taken elsewhere."""
            node = node.value if isinstance(node, ast.Subscript) else node
            if not isinstance(node, ast.Name) or node.id.isupper():
                return _name(getattr(node, "func", node)) in self.names
            if node.id in declared:
                return _marked(declared[node.id])
            return any(told(value) for name, value in assigned if name == node.id != _name(value))

        names = {node.id for node in ast.walk(given) if isinstance(node, ast.Name)}
        for literal in self._literals(given, *(value for name, value in assigned if name in names)):
            for text in _texts(literal, told):
                if re.search("[A-Za-z]{2}", text) and (" " in text.strip() or text.endswith(".")):
                    self.said.setdefault(text, f"{self.file}:{literal.lineno}")
        unseen = {n.arg for n in nodes if isinstance(n, ast.arg) and getattr(n.annotation, "id", "") == "str"}
        name = given.id if isinstance(given, ast.Name) else ""
        if not told(given) and (name in unseen or (name.isupper() and name not in dict(assigned))):
            self.lost.append(f"{self.file}:{given.lineno}: {name}")

    def _literals(self, *nodes: ast.AST) -> Iterator[ast.expr]:
        """The texts in expressions, each as a whole; not those of calls that are read on their own."""
        for node in nodes:
            if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
                yield node
            elif not isinstance(node, ast.Call) or not self.places.get(_name(node.func)):
                yield from self._literals(*ast.iter_child_nodes(node))


def _marked(node: ast.AST) -> bool:
    annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
    names = ast.walk(annotation) if annotation else ()
    return any(isinstance(n, ast.Name) and n.id in ("UserText", "Pattern") for n in names)


def _name(node: ast.AST) -> str:
    node = getattr(node, "target", node)
    return next((n for kind in ("id", "attr", "arg", "name") if (n := getattr(node, kind, None))), "")


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names that a statement fills, and with what."""
    if isinstance(node, ast.Assign | ast.NamedExpr | ast.For | ast.comprehension):
        value = node.value if isinstance(node, ast.Assign | ast.NamedExpr) else node.iter
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            yield from ((n.id, value) for n in ast.walk(target) if isinstance(n, ast.Name))


def _texts(node: ast.AST, told: Callable[[ast.AST], bool]) -> list[str]:
    """What a text, or a part of one, can be."""
    match node:
        case ast.Constant(value=str() as text):
            return [_HOLES.sub("{}", text) if _HOLES.search(text) else text.replace("{", "{{").replace("}", "}}")]
        case ast.JoinedStr(values=parts):
            return ["".join(one) for one in itertools.product(*(_texts(part, told) for part in parts))]
        case ast.BinOp(op=ast.Add(), left=left, right=right) if {"'", '"'} & set(ast.unparse(node)):  # not of numbers
            return ["".join(one) for one in itertools.product(_texts(left, told), _texts(right, told))]
        case ast.BinOp(op=ast.Mod(), left=left):
            return _texts(left, told)
        case ast.IfExp(body=first, orelse=second) | ast.BoolOp(values=[first, second]):
            return _texts(first, told) + _texts(second, told)
        case ast.FormattedValue(value=value):
            return _texts(value, told)
    return ["{+}" if told(node) else "{}"]
