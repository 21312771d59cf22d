"""The list of operations in the docs is what the code says."""

from pathlib import Path

from reelmill.api.support_matrix import support_matrix_markdown
from reelmill.media import ledger

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "operations.md"


def test_every_field_of_the_vendor_is_done_or_refused_with_a_reason() -> None:
    assert ledger.unsaid() == []
    declared = {f"{section}.{name}" for section, fields in ledger.known().items() for name in fields}
    assert not set(ledger.REFUSED) & declared, "done and refused"
    assert set(ledger.NOTES) <= declared


def test_the_ledger_of_operations_is_in_step() -> None:
    assert PAGE.read_text(encoding="utf-8") == support_matrix_markdown(), (
        "run: PYTHONPATH=src .venv/bin/python -m reelmill.api.support_matrix > docs/reference/operations.md"
    )
