"""ReelMill: a self-hosted media-processing workflow server that speaks the MPS API (version 2014-06-18)."""

__version__ = "0.1.0"
