"""The MPS protocol: bytes in, services called, bytes out. What an operation is called, takes and answers comes from one
table."""
