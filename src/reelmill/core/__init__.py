"""Values, states, errors, clock and ids. Standard library only: every other layer stands on this one."""
