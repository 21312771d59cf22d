"""How facts move executions, and how work is admitted, executed, recovered and reported (ARCHITECTURE 7)."""
