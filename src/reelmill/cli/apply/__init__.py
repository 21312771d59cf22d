"""`mill apply` and `mill export`: what a server has, as files."""
