"""What a check found: the one object from which every page, picture, table, sentence and file is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lib.analysis.change import Change
from lib.analysis.historical_range import Swing
from lib.analysis.windows import Window, WindowPair
from lib.story.model import Claim, Measure, NamedWindow, Origin, Race
from lib.story.verdict import Verdict

Kind = Literal["counted", "inferred", "published estimate"]
"""Whether records count a number, counts and an assumption that no record settles leave it possible, or others
published it as an estimate."""


@dataclass(frozen=True)
class Finding:
    """A measure counted in two windows and compared with what was claimed.

    ``change`` and ``swing`` are None where the records can't be counted; ``sentence`` then says why.
    ``claim`` is None for a measure checked without a claim; ``window`` names the windows where they have a
    name; ``area`` is a place or None for the city, ``race`` narrows arrests, ``origin`` 911 calls, or is
    None; ``verdict`` is None where nothing is claimed or the records are not loaded. Where a claim is not about what
    was counted, ``claimed`` and ``verdict`` are None and ``no_verdict`` says why in a sentence.
    """

    claim: Claim | None
    measure: Measure | None
    area: str | None
    race: Race | None
    origin: Origin | None
    pair: WindowPair | None
    window: NamedWindow | None
    change: Change | None
    swing: Swing | None
    claimed: float | None
    verdict: Verdict | None
    sentence: str
    notes: tuple[str, ...]
    data_version: str
    no_verdict: str | None = None

    @property
    def kind(self) -> Kind:
        """Every number of a finding is counted; see ``Inference`` for those that are not."""
        return "counted"

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain values, with the keys that ``check --json`` documents; changes are fractions."""
        change, interval = self.change, self.change.interval if self.change else None
        return {
            "claim": self.claim.id if self.claim else None,
            "window": self.window.id if self.window else None,
            "measure": self.measure.id if self.measure else None,
            "current": _side((self.pair.current,), change.current if change else None) if self.pair else None,
            "baseline": _side(self.pair.baseline, change.baseline if change else None) if self.pair else None,
            "kind": self.kind,
            "change": change.headline if change else None,
            "change_of_counts": change.of_counts if change else None,
            "low": interval.low if interval else None,
            "high": interval.high if interval else None,
            "swing_low": self.swing.low if self.swing else None,
            "swing_high": self.swing.high if self.swing else None,
            "claimed": self.claimed,
            "verdict": str(self.verdict) if self.verdict else None,
            "no_verdict": self.no_verdict,
            "sentence": self.sentence,
            "data_version": self.data_version,
        }


@dataclass(frozen=True)
class Inference:
    """A change that no record counts: what counts of other windows and a stated assumption leave possible.

    ``change`` is the change under the assumption that ``assumed`` states, ``low`` and ``high`` are the ends over
    everything that it lets vary, as fractions; they are no interval of chance. ``pair`` are the windows it is about,
    ``shown_by`` the findings that it rests on. The sentence says that it is inferred.
    """

    measure: Measure
    pair: WindowPair
    change: float
    low: float
    high: float
    claimed: float | None
    assumed: str
    shown_by: tuple[Finding, ...]
    sentence: str
    notes: tuple[str, ...]
    data_version: str

    @property
    def kind(self) -> Kind:
        """Never counted."""
        return "inferred"

    def as_dict(self) -> dict[str, Any]:
        """Plain values under the keys of a finding: what only counts could say is None."""
        return {
            "claim": None,
            "window": None,
            "measure": self.measure.id,
            "current": _side((self.pair.current,), None),
            "baseline": _side(self.pair.baseline, None),
            "kind": self.kind,
            "change": self.change,
            "change_of_counts": None,
            "low": self.low,
            "high": self.high,
            "swing_low": None,
            "swing_high": None,
            "claimed": self.claimed,
            "verdict": None,
            "no_verdict": None,
            "sentence": self.sentence,
            "data_version": self.data_version,
        }


def _side(windows: tuple[Window, ...], count: int | None) -> dict[str, Any]:
    """First and last day, and days and events of all windows together."""
    return {
        "start": min(w.start for w in windows).isoformat(),
        "end": max(w.end for w in windows).isoformat(),
        "days": sum(w.days for w in windows),
        "count": count,
    }
