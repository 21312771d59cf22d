"""`python -m reelmill`: the command line."""

from reelmill.core.start import imports

with imports():
    from reelmill.cli.main import run

if __name__ == "__main__":
    run()
