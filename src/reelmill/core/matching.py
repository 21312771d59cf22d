"""The trigger rule (workflow.md 7): plain prefix, extension white-list. Pure."""

EXTENSIONS = frozenset(
    "3gp asf avi dat dv flv f4v gif m2t m3u8 m4v mj2 mjpeg mkv mov mp4 mpe mpg mpeg mts ogg qt rm rmvb swf ts vob wmv webm "
    "aac ac3 acm amr ape caf flac m4a mp3 ra wav wma aiff".split()
)


def extension_allowed(key: str) -> bool:
    """No dot in the file name, or an extension (case does not matter) of the list."""
    base = key.rpartition("/")[2]
    return "." not in base or base.rpartition(".")[2].lower() in EXTENSIONS


def starts_run(key: str, prefix: str) -> bool:
    """Whether a new object under this input path starts the workflow by itself. Hidden files (`.name`) are writers' temporaries: never."""
    return key.startswith(prefix) and not key.rpartition("/")[2].startswith(".") and extension_allowed(key)
