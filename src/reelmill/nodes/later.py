"""Types of MPS that this version does not run yet: who draws one is told so, and not that it is unknown."""

LATER = frozenset({"MediaInfo", "Summary", "UploadVerify"})
