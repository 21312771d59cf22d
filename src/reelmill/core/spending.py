"""What the first of two passes tells of a part of a film: how many bits its pictures take."""

from collections.abc import Sequence
from dataclasses import dataclass

_TEXTURE, _MOTION = 1.1, 0.5  # powers by which bits fall as quantizers grow: of residues, and of motion (x264, x265)


@dataclass(frozen=True, slots=True)
class Spending:
    """Bits of a part of a film at any quantizer: those of its texture and of its motion as they would be at a scale of
    1, and those that no quantizer changes. Checkpoints keep the JSON form."""

    texture: float
    motion: float
    rest: float

    def bits(self, scale: float) -> float:
        """All bits at this scale of the quantizer (1 is the finest)."""
        return self.texture / scale**_TEXTURE + self.motion / scale**_MOTION + self.rest

    def to_json(self) -> list[float]:
        return [self.texture, self.motion, self.rest]

    @classmethod
    def from_json(cls, value: Sequence[float]) -> "Spending":
        return cls(*value)

    @classmethod
    def of(cls, pictures: Sequence[tuple[float, int, int, int]]) -> "Spending":
        """From what each picture took: scale of its quantizer, bits of texture, of motion, and of the rest."""
        texture = sum(bits * scale**_TEXTURE for scale, bits, _, _ in pictures)
        motion = sum(bits * max(1.0, scale) ** _MOTION for scale, _, bits, _ in pictures)
        return cls(texture, motion, float(sum(bits for *_, bits in pictures)))
