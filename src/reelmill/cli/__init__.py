"""Commands. Nothing but arguments, printing and the story that a command tells; the work is done below."""
