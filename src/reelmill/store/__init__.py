"""The only SQL of the house (SQLAlchemy Core): tables, queries, rows <-> plain values."""
