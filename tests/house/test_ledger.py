"""The list of operations in the docs is what the code says."""

from pathlib import Path

from reelmill.api.support_matrix import support_matrix_markdown

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "operations.md"


def test_the_ledger_of_operations_is_in_step() -> None:
    assert PAGE.read_text(encoding="utf-8") == support_matrix_markdown(), (
        "run: PYTHONPATH=src .venv/bin/python -m reelmill.api.support_matrix > docs/reference/operations.md"
    )
