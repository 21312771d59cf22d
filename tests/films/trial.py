"""One film from its recipe to complaints: made, put through the product, looked at, judged."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from films import judge as judging
from films import product
from films.film import Film
from films.judge import Problem
from films.mux import make
from films.seen import Show, look
from films.truth import Truth, truth


@dataclass
class Trial:
    """A film that was tried: its truth, what came out, what is wrong with it."""

    film: Film
    truth: Truth
    outputs: dict[str, product.Output]
    shows: dict[str, list[Show]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def tried(film: Film, wanted: Sequence[str] = product.OUTPUTS, keep: Path | None = None) -> Trial:
    """Make a film and judge the wanted outputs of it. With `keep` all files stay in that folder."""
    folder = keep or Path(tempfile.mkdtemp(prefix="reelmill-trial-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        made = make(
            film,
            folder
            / f"film.{'mpg' if film.container == 'ps' else 'mp4' if film.container == 'fmp4' else film.container}",
        )
        facts = truth(film, made)
        if any(name in wanted for name in ("own", "other")):
            wanted = tuple(
                dict.fromkeys((*wanted, "sound"))
            )  # pictures of a package are judged together with its sound
        trial = Trial(film, facts, product.run(film, made.path, folder, wanted))
        _judge(trial)
        return trial
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _judge(trial: Trial) -> None:
    facts = trial.truth
    eye = judging.eye(facts)
    for name, output in trial.outputs.items():
        message = f"{output.failure.code}: {output.failure.message}" if output.failure else None
        told = judging.refused(name, facts, message)
        if told is None:
            trial.shows[name] = [look(path, eye) for path in output.paths]
        trial.problems += told or []
    heard = trial.shows.get("sound")
    for name, shows in trial.shows.items():
        if name in product.STILLS:
            trial.problems += judging.judge_still(name, shows, facts)
        else:
            trial.problems += judging.judge(
                name, shows[0], facts, heard[0] if heard and name in ("own", "other") else None
            )


def own_faults(trial: Trial, path: Path) -> list[Problem]:
    """What a player without cunning finds wrong in the film itself: to tell faults of the films from faults of the
    product."""
    return judging.judge("source", look(path, judging.eye(trial.truth)), trial.truth)
