"""The story's typed parts: what was claimed, what casts doubt on it, what happened when, what can be counted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lib.analysis.windows import Window, WindowPair
from lib.errors import ArgumentError

ClaimKind = Literal["number", "fact", "cause", "promise"]
Records = Literal["crime", "arrests", "calls", "calls-yearly"]
Lane = Literal["policy", "pandemic", "other"]
Race = Literal["black", "white", "other"]
Unit = Literal["count", "per day", "change", "difference", "share"]
Obtained = Literal["exact", "read off a figure", "estimate"]
Origin = Literal["caller", "officer", "unknown", "not-officer"]

NEARLY_ALL = 0.9
"""The share of a window's days that must lie in a claim's time for the claim to be about it."""


@dataclass(frozen=True)
class Source:
    """Where something can be read: a name and an address."""

    name: str
    address: str

    @property
    def link(self) -> str:
        """The same as Markdown."""
        return f"[{self.name}]({self.address})"


@dataclass(frozen=True)
class Measure:
    """Something that can be counted: categories of one set of records, added up.

    ``label`` stands in a sentence ("violent crime"), ``unit`` is what one count is ("victims"), ``option`` is what it
    is called among others to choose from, where that is not its title. ``descriptions`` are those of 911 calls that a
    reader counts in place of the categories. ``usual`` are the windows to start with where
    those of the story can't be counted, ``daily`` is the measure that counts the same day by day, where such records
    can be loaded.
    """

    id: str
    label: str
    records: Records
    unit: str
    categories: tuple[str, ...]
    option: str | None = None
    descriptions: tuple[str, ...] | None = None
    usual: WindowPair | None = None
    daily: str | None = None

    @property
    def title(self) -> str:
        """The label with a capital, for headings."""
        return self.label[0].upper() + self.label[1:]

    @property
    def choice(self) -> str:
        """What controls call it."""
        return self.option or self.title


@dataclass(frozen=True)
class NamedWindow:
    """A pair of windows that somebody used, or that answers an obvious doubt.

    ``claimed``, ``speaker`` and ``measure`` are set where they differ from the claim's own; ``context`` windows are not
    what the claim is about, and it is not compared with them.
    """

    id: str
    label: str
    pair: WindowPair
    note: str
    claimed: float | None = None
    speaker: str | None = None
    measure: str | None = None
    context: bool = False


@dataclass(frozen=True)
class Claim:
    """One statement of the announcement.

    ``measure`` is set where this version's records can test it; ``records`` says which records could;
    ``why_not`` and ``would_take`` are set where none here can. ``figure`` is the id of the figure that shows
    it best, where that is not its claimed change against the measured one.
    """

    id: str
    title: str
    kind: ClaimKind
    speaker: str
    paraphrase: str
    quote: str | None
    claimed: float | None
    measure: str | None
    records: Records | None
    chapter: str | None
    figure: str | None
    why_not: str | None
    would_take: str | None
    windows: tuple[NamedWindow, ...]
    caveats: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def time(self) -> Window | None:
        """From the first to the last day that the claim speaks of, as its named windows have them; None without any.

        Those with a measure of their own are left out: whole years hold days that the claim does not speak of.
        """
        spoken_of = [named.pair.current for named in self.windows if not named.context and named.measure is None]
        return Window(min(w.start for w in spoken_of), max(w.end for w in spoken_of)) if spoken_of else None

    def is_about(self, pair: WindowPair) -> bool:
        """Whether the claim speaks of these windows, so that it can be right or wrong in them.

        Nearly all days of the window under test lie in the claim's time, and what it is compared with begins earlier.
        """
        named = self.named(pair)
        if named is not None:
            return not named.context
        within = self.time is not None and pair.current.share_within(self.time) >= NEARLY_ALL
        return within and all(baseline.start < pair.current.start for baseline in pair.baseline)

    def claimed_for(self, pair: WindowPair) -> float | None:
        """The change claimed for these windows, None where it is not about them.

        That is a named window's own figure where it has one, else the claim's.
        """
        named = self.named(pair)
        own = named.claimed if named else None
        return (self.claimed if own is None else own) if self.is_about(pair) else None

    def measures(self) -> tuple[str, ...]:
        """The ids of everything that the claim is counted as, its own measure first; empty where it is not counted."""
        own = (self.measure,) if self.measure is not None else ()
        return tuple(dict.fromkeys((*own, *(w.measure for w in self.windows if w.measure is not None))))

    def window(self, name: str) -> NamedWindow:
        """The named window of this id. Raises ArgumentError."""
        found = next((window for window in self.windows if window.id == name), None)
        if found is None:
            raise ArgumentError(f"The claim {self.id} has no window called {name!r}.")
        return found

    def named(self, pair: WindowPair) -> NamedWindow | None:
        """The named window that consists of exactly these windows, if there is one."""
        return next((w for w in self.windows if w.pair == pair), None)


@dataclass(frozen=True)
class Caveat:
    """A reason for doubt: ``short`` fits under a picture, ``text`` explains."""

    id: str
    short: str
    text: str
    sources: tuple[Source, ...]


EventId = Literal[
    "dispatch-ransomware",
    "city-ransomware",
    "state-of-emergency",
    "charges-dropped",
    "stay-at-home-order",
    "aerial-surveillance",
    "floyd-protests-begin",
    "made-permanent",
    "new-way-of-counting",
    "policy-recalled",
]
"""The events that the story speaks of; a timeline that lacks one is refused when it is read."""


SPOKEN_OF: Mapping[str, tuple[str, ...]] = {
    "violent": ("office",),
    "property": ("office",),
    "drug-arrests": ("before-policy",),
    "unequal": (),
    "rarely-arrest": (),
    "marijuana-2019": (),
    "calls-drugs": ("2018-against-2017", "2019-against-2018", "2020-against-2019"),
    "calls-sex-work": (),
}
"""The claims that the story speaks of, with their windows that it names; claims that lack one are refused when read."""


@dataclass(frozen=True)
class Event:
    """Something that happened; ``end`` where it lasted, ``mark`` where every series should show it."""

    id: str
    date: datetime.date
    end: datetime.date | None
    lane: Lane
    label: str
    text: str
    mark: bool
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """A figure that somebody published, with its address.

    ``value`` is a count or a fraction (``unit`` says which); ``pair`` and ``measure`` are set where the same
    thing can be counted in this version's records.

    ``kind`` says how the number was obtained, ``error`` how far it may be off, as a fraction of it (None: exact).
    ``period`` are the days it is about, where that is not a pair of windows. Figures of one ``series`` count the same
    thing in the same way, in periods that don't overlap; of two series nothing of the kind is said. ``note`` is what
    else a reader must know of it.
    """

    id: str
    what: str
    value: float
    unit: Unit
    by: str
    address: str
    measure: str | None
    pair: WindowPair | None
    kind: Obtained
    error: float | None
    period: Window | None
    series: str | None
    note: str | None


@dataclass(frozen=True)
class SetApart:
    """A city that is no plain comparison: it had such a policy itself, or its counts were revised later."""

    id: str
    why: Literal["policy", "revised"]
    what: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Method:
    """A model or method that numbers of this story rest on.

    ``text`` says what it does in plain words, ``formula`` the same in symbols, ``check`` how it was tried out and what
    came of it, ``limits`` what it can't say.
    """

    id: str
    name: str
    text: str
    formula: str | None
    check: str
    limits: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class DataChange:
    """A change of the tables or of what is counted: what moved and why.

    ``version`` is the data version of the bundled tables from then on, None where they stayed.
    """

    date: datetime.date
    what: str
    why: str
    version: str | None


@dataclass(frozen=True)
class Study:
    """What others found: ``place`` is where and when, ``here`` whether it is about Baltimore's policy, ``limit`` what
    it can't say about Baltimore.
    """

    id: str
    place: str
    here: bool
    found: str
    limit: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Story:
    """Everything under ``data/story``, checked against each other.

    ``changes`` stand newest first; ``contact`` is where readers report an error, None where nobody wrote it down.
    """

    claims: dict[str, Claim]
    caveats: dict[str, Caveat]
    events: tuple[Event, ...]
    published: dict[str, Published]
    measures: dict[str, Measure]
    methods: dict[str, Method]
    apart: dict[str, SetApart]
    studies: dict[str, Study]
    changes: tuple[DataChange, ...]
    contact: str | None

    def event(self, name: EventId) -> Event:
        """The event of the timeline that the story speaks of by this id."""
        return next(event for event in self.events if event.id == name)

    def set_apart(self, why: Literal["policy", "revised"]) -> tuple[str, ...]:
        """The cities that are set apart for a reason, as the Real-Time Crime Index names them."""
        return tuple(sorted(city.id for city in self.apart.values() if city.why == why))

    def series(self, name: str) -> tuple[Published, ...]:
        """The published figures of a series, oldest first. Raises KeyError where there are none."""
        found = [(f.period, f) for f in self.published.values() if f.series == name and f.period]
        if not found:
            raise KeyError(name)
        return tuple(figure for _, figure in sorted(found, key=lambda each: each[0]))

    @property
    def default_pair(self) -> WindowPair:
        """The windows that a page starts with and a command uses: the first claim's first named window."""
        return next(c.windows[0].pair for c in self.claims.values() if c.windows and c.measure)

    def usual_pair(self, measure: Measure) -> WindowPair:
        """The windows that a measure is compared in where nobody says which."""
        return measure.usual or self.default_pair
