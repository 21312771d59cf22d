"""The wire of the message service: MNS over HTTP, as its clients speak it."""
