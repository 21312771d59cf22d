"""Decisions about media, one file per activity or job type. Every module here with a NODE is a node."""
