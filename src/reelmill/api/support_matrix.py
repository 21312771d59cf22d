"""docs/reference/operations.md: what of the API is built. Made from the table and from the declared functions, nothing
else."""

from reelmill.api import ops, table

_HEAD = """# Operations

Made from the operation table; do not edit. `implemented` operations do what the MPS API describes; the others are known by name and answer
`UnsupportedOperation`. Marks: CORE is the path from a bucket to published media, NEXT and LATER come after it, OURS does not exist in MPS.
"""  # noqa: E501


def support_matrix_markdown() -> str:
    """The whole page."""
    done = ops.registered()
    lines = [_HEAD, f"{len(done)} of {len(table.operations())} operations are implemented.\n"]
    groups: dict[str, list[table.Operation]] = {}
    for operation in table.operations().values():
        groups.setdefault(operation.group, []).append(operation)
    for group, members in sorted(groups.items()):
        lines += [f"## {group}\n", "| Operation | Mark | State |", "|---|---|---|"]
        lines += [
            f"| [{o.name}](operations/{o.name}.md) | {o.mark} | implemented |"
            if o.name in done
            else f"| {o.name} | {o.mark} | UnsupportedOperation |"
            for o in members
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(support_matrix_markdown(), end="")
