"""Use cases, one transaction each, callable by API, console, command line and triggers alike."""
