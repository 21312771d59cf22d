"""Pages that ship with ReelMill: static files, served by the API layer under /-/static/ and /-/player."""
