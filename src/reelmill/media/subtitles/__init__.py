"""Subtitles: read in any form and charset, written as WebVTT, SubRip or SubStation Alpha. Files of strangers are read
by `program`, in a process of its own; the rest is pure."""
