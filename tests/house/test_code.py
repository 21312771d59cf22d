"""Rules about the code base itself."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONG_FILES = {"src/reelmill/store/migrations/versions/v0001_initial.py"}  # released revisions stay as they were
BROAD = {
    "api/mns/app.py": 1,
    "api/dispatch.py": 1,
    "console/answers.py": 1,
    "engine/batch.py": 1,
    "engine/delivering.py": 1,
    "engine/engine.py": 2,
    "engine/outbox.py": 1,
    "services/backfill_work.py": 1,
    "services/commits.py": 1,
}  # a request, a batch, a loop, a message, a backfill: each must outlive a bug


def _committable() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_no_file_is_longer_than_400_lines() -> None:
    """What is longer does two things."""
    paths = [path for folder in ("src", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in paths}
    assert {name for name, lines in lengths.items() if lines > 400} - LONG_FILES == set()


def test_no_function_is_longer_than_50_lines() -> None:
    """What is longer holds steps that want names. Migrations are lists of columns."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                found.add(f"{path.relative_to(ROOT / 'src' / 'reelmill')}: {node.name}")
    assert {name for name in found if not name.startswith("store/migrations/")} == set()


def test_catching_everything_happens_only_in_the_places_that_are_counted_here() -> None:
    """A handler for Exception (or for all) hides bugs; each place has its reason beside it."""
    found: dict[str, int] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.ExceptHandler)
                and _catches_all(node)
                and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
            ):
                name = str(path.relative_to(ROOT / "src" / "reelmill"))
                found[name] = found.get(name, 0) + 1
    assert found == BROAD


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(
        {"Exception", "BaseException"} & {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
    )


def test_every_public_module_class_and_function_tells_what_it_is() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree) and path.read_text().strip():
            silent.append(str(path))
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.name}: {node.name}")
    assert silent == []


def test_no_path_of_a_machine_stands_in_the_repository() -> None:
    places = re.compile(rb"(?<![\w.}])/(?:work|farm|root|home/[a-z]+)/")  # at the head of a path
    guilty = [
        str(p.relative_to(ROOT))
        for p in _committable()
        if p.suffix not in (".mp4", ".png") and p != Path(__file__) and places.search(p.read_bytes())
    ]
    assert guilty == []


def test_lock_files_pin_by_hash_and_name_no_host() -> None:
    for name in (
        "requirements.lock",
        "requirements-ai.lock",
        "requirements-speech.lock",
        "requirements-apprise.lock",
        "requirements-dev.lock",
        "requirements-node.lock",
    ):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?://|index-url|find-links", text)
        packages = [block for block in re.split(r"\n(?=[a-z])", text) if "==" in block]
        assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []


def test_the_runtime_lock_is_a_part_of_the_developers_lock() -> None:
    """`mill` installs one over the other: they must agree on every version."""
    plain, ai, speech, apprise, dev = (
        set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / f"requirements{name}.lock").read_text(), re.MULTILINE))
        for name in ("", "-ai", "-speech", "-apprise", "-dev")
    )
    assert (plain - ai, ai - speech, plain - apprise, (speech | apprise) - dev) == (set(), set(), set(), set())


def test_every_direct_dependency_is_locked_at_its_version() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()
    assert [pin for pin in project["dependencies"] if not re.search(rf"^{re.escape(pin)} ", lock, re.MULTILINE)] == []


def test_every_test_file_has_a_name_of_its_own() -> None:
    """pytest imports them by that name: two of one name cannot run together."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_tests_are_skipped_only_for_what_a_machine_was_seen_to_lack() -> None:
    """`machine.need` looks, and can tell afterwards whether a skip was justified."""
    skips = re.compile(r"pytest\.(skip|importorskip|xfail)\b|mark\.(skip|skipif|xfail)\b|unittest\.skip")
    here = ("machine.py", Path(__file__).name)
    assert [
        p.name
        for p in (ROOT / "tests").rglob("*.py")
        if p.name not in here and skips.search(p.read_text(encoding="utf-8"))
    ] == []


def test_nothing_above_the_buckets_sees_a_path_in_them() -> None:
    """A film above `objects/` is a bucket and a key; a path it has once it was copied here. So the protocol answers no
    paths and takes them only for files of this machine, and what knows of folders is used by who chooses the kind."""
    protocol = ast.parse((ROOT / "src/reelmill/objects/buckets.py").read_text(encoding="utf-8"))
    answers, takes = set(), set()
    for function in [node for node in ast.walk(protocol) if isinstance(node, ast.FunctionDef)]:
        if function.returns is not None and "Path" in ast.unparse(function.returns):
            answers.add(function.name)
        if any(one.annotation and "Path" in ast.unparse(one.annotation) for one in function.args.args):
            takes.add(function.name)
    assert (answers, takes) == (set(), {"copy", "put"})
    kinds = {"reelmill.objects.folders": {"app.py", "cli/demo.py", "cli/doctor.py"}, "reelmill.objects.memory": set()}
    open_to_all = {"reelmill.objects.buckets", "reelmill.objects.fetch", "reelmill.objects.incoming"}
    odd = []
    for path in SOURCES:
        name = str(path.relative_to(ROOT / "src" / "reelmill"))
        for module in _imported(path) if not name.startswith("objects/") else ():
            inside = module.startswith("reelmill.objects.") and module not in open_to_all
            if inside and name not in kinds.get(module, ()):
                odd.append(f"{name}: {module}")
    assert odd == []


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            package = node.module == "reelmill.objects"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if package else {node.module}
    return found


def test_only_durable_functions_reach_for_the_host() -> None:
    """Their arguments are JSON in a database; everything else is handed the host context (engine/context.py)."""
    durable = {"batch", "holding", "making", "publishing", "reuse", "sources", "task_io"}
    reach = {path.stem for path in SOURCES if "context.get()" in path.read_text(encoding="utf-8")}
    assert reach - durable == set()


def test_contexts_are_typed_to_the_end() -> None:
    for name in ("engine/context.py", "engine/process.py", "services/context.py"):
        tree = ast.parse((ROOT / "src/reelmill" / name).read_text(encoding="utf-8"))
        assert "Any" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}, name
