"""What looks at pictures and sounds: programs in a process of their own, each killable and bounded, begun when a job
wants it and gone when it has answered. Frames and sounds come decoded by ffmpeg; answers are files of JSON.

Nobody imports this: commands with tool="infer" run `program`, which loads the one module that a command needs.
"""
