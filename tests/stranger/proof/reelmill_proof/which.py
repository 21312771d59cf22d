"""Which version of the node this is; tests install it in several."""

VERSION = "1"
KEEPS_OLDER = False
