"""The one door to object storage: buckets, publishing, the source cache, and noticing new objects."""
