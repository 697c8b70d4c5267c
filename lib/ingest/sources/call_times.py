"""When a 911 call was made: dates as text, call numbers, and the clock that the dates are in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

CITY = "America/New_York"
DAY_MS = 86_400_000
PLAUSIBLE = tuple(int(np.datetime64(text, "ms").astype(np.int64)) for text in ("2000-01-02", "2099-12-31"))
"""The first moment that a call may have, and the first after the last: layers hold others for no date at all."""

NO_NUMBER = -1

ENOUGH_AGREEMENT = 0.8
"""The share of call numbers that must agree with the clock found; below it days may be off by one."""


def moments(texts: pa.Array) -> tuple[pa.Array, NDArray[np.int64]]:
    """Epoch milliseconds of dates as text, null where blank, and the places of texts that aren't dates.

    Read are ``2020/09/29 08:10:00+00``, ISO 8601 with or without a zone, and epoch seconds or milliseconds, with blanks
    around them or not; ``NULL``, ``N/A`` and their like are blanks. A text without a zone is taken as it stands. An
    implausible moment is null, as a blank is.
    """
    values = np.zeros(len(texts), dtype=np.int64)
    known = np.zeros(len(texts), dtype=bool)
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    for length in np.flatnonzero(np.bincount(lengths, minlength=1)[1:]) + 1:
        places = np.flatnonzero(lengths == length)
        some = texts if len(places) == len(texts) else texts.take(pa.array(places))
        read, good = _same_length(some, int(length))
        values[places], known[places] = read, good
    bad = np.flatnonzero(~known & (lengths > 0))
    if bad.size:
        trimmed = pc.utf8_trim_whitespace(texts.take(pa.array(bad)))
        none = pc.is_in(pc.utf8_upper(trimmed), _NONE).to_numpy(zero_copy_only=False)
        bad, trimmed = bad[~none], trimmed.filter(pa.array(~none))
        padded = pc.binary_length(trimmed).to_numpy(zero_copy_only=False) < lengths[bad]
        if padded.any():
            read, still = moments(trimmed.filter(pa.array(padded)))
            values[bad[padded]] = read.fill_null(0).to_numpy(zero_copy_only=False)
            known[bad[padded]] = read.is_valid().to_numpy(zero_copy_only=False)
            bad = np.union1d(bad[~padded], bad[padded][still])
    return plausible(values, known), bad


_NONE = pa.array(["", "NULL", "(NULL)", "<NULL>", "\\N", "NONE", "NIL", "NAN", "NAT", "NA", "N/A", "#N/A", "-", "--"])
"""What programs write where there is no date, in capital letters."""


def american_moments(texts: pa.Array) -> tuple[pa.Array, NDArray[np.int64]]:
    """As ``moments``, of dates as Americans write them: ``1/31/2020 8:10:00 PM``, month before day."""
    series = pc.utf8_trim_whitespace(texts).to_pandas()
    read = pd.Series(pd.NaT, index=series.index, dtype="datetime64[ms]")
    for style in _AMERICAN:
        read = read.fillna(pd.to_datetime(series, format=style, errors="coerce").astype("datetime64[ms]"))
    known = read.notna().to_numpy()
    values = np.where(known, read.to_numpy().astype("M8[ms]").astype(np.int64), 0)
    none = series.str.upper().isin(_NONE.to_pylist()).to_numpy()
    return plausible(values, known), np.flatnonzero(~known & ~none)


_AMERICAN = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M")


def plausible(values: NDArray[np.int64], known: NDArray[np.bool_]) -> pa.Array:
    """Epoch milliseconds, null where they aren't known or can't be a call's."""
    return pa.array(values, mask=~(known & (values >= PLAUSIBLE[0]) & (values < PLAUSIBLE[1])))


def _same_length(texts: pa.Array, length: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The moments of texts that all have ``length`` bytes, and which of them are any."""
    letters = _letters(texts, length)
    if length < 19:
        return _epoch(letters)
    (century, year, month, day, hour, minute, second), good = _two_digits(letters, (0, 2, 5, 8, 11, 14, 17))
    for place, one, other in ((4, b"/", b"-"), (7, b"/", b"-"), (10, b" ", b"T"), (13, b":", b":"), (16, b":", b":")):
        good &= (letters[place] == ord(one)) | (letters[place] == ord(other))
    good &= (century >= 16) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    begun = np.where(good, ((century - 16) * 100 + year) * 12 + month - 1, 0)
    good &= (day >= 1) & (day <= _MONTHS[begun + 1] - _MONTHS[begun])
    minutes = ((_MONTHS[begun] + day - 1) * 24 + hour) * 60 + minute
    values = minutes * 60_000 + second * 1000
    tails, codes = _tails(letters[19:])
    shifts = [_shift(tail) for tail in tails]
    values += np.array([shift or 0 for shift in shifts], dtype=np.int64)[codes]
    good &= np.array([shift is not None for shift in shifts])[codes]
    return values, good


_MONTHS = np.arange("1600-01", "10000-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
"""The first days of the months of the years 1600-9999, from 1970-01-01."""


def _epoch(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The moments of numbers as text. Fewer than nine digits are a day written otherwise, or anything, but for 0."""
    below = letters[0] == ord("-")
    digits = (letters - np.uint8(48)).astype(np.int64)
    digits[0, below] = 0
    good: NDArray[np.bool_] = np.logical_and.reduce((digits >= 0) & (digits < 10), axis=0)
    values = np.zeros(digits.shape[1], dtype=np.int64)
    for digit in digits:
        values = values * 10 + np.where(good, digit, 0)
    good &= (len(digits) >= 9) | (values == 0)
    values = np.where(below, -values, values)
    return in_milliseconds(values), good


def in_milliseconds(epoch: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seconds or milliseconds as milliseconds: less than 10^11 of these would be before 1974, so it is seconds."""
    return np.where(np.abs(epoch) < 10**11, epoch * 1000, epoch)


def _tails(letters: NDArray[np.uint8]) -> tuple[list[str], NDArray[np.int64]]:
    """The different texts among these columns of letters, and which of them each row has."""
    if not letters.size or (letters == letters[:, :1]).all():
        return [letters[:, :1].tobytes().decode("latin-1")], np.zeros(letters.shape[1], dtype=np.int64)
    rows = np.ascontiguousarray(letters.T)
    unique, codes = np.unique(rows, axis=0, return_inverse=True)
    return [row.tobytes().decode("latin-1") for row in unique], codes.reshape(-1)


_TAIL = re.compile(r"(?:\.(\d{1,9}))? ?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?")


def _shift(tail: str) -> int | None:
    """The milliseconds that what follows the seconds adds: a fraction, and the way back from a zone to UTC."""
    found = _TAIL.fullmatch(tail)
    if not found:
        return None
    fraction, sign, hours, minutes = found.groups()
    ahead = (int(hours or 0) * 60 + int(minutes or 0)) * 60_000
    return int((fraction or "0").ljust(3, "0")[:3]) - (-ahead if sign == "-" else ahead)


def _letters(texts: pa.Array, length: int) -> NDArray[np.uint8]:
    """Texts of ``length`` bytes each as a matrix, one column a text and one row a place in it."""
    _, offsets, content = texts.buffers()
    begin = int(np.frombuffer(offsets, dtype=np.int32)[texts.offset]) if len(texts) else 0
    letters = np.frombuffer(content or b"", dtype=np.uint8, count=length * len(texts), offset=begin)
    return np.ascontiguousarray(letters.reshape(-1, length).T)


def _two_digits(letters: NDArray[np.uint8], places: Sequence[int]) -> tuple[list[NDArray[np.int64]], NDArray[np.bool_]]:
    """The numbers of two digits that begin at each place, and whether all of them are digits."""
    good = np.ones(letters.shape[1], dtype=bool)
    numbers = []
    for place in places:
        tens, ones = letters[place] - np.uint8(48), letters[place + 1] - np.uint8(48)
        good &= (tens < 10) & (ones < 10)
        numbers.append((tens * np.uint8(10) + ones).astype(np.int64))
    return numbers, good


def call_numbers(numbers: pa.Array) -> NDArray[np.int32]:
    """The digits of call numbers ``PyyDDDnnnn`` as one number, NO_NUMBER for any other text or none."""
    texts = numbers if numbers.null_count == 0 else pc.fill_null(numbers, "")
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    if (lengths > 10).any():
        texts = pc.utf8_trim_whitespace(texts)
        lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(lengths == 10)
    letters = _letters(texts if len(places) == len(texts) else texts.take(pa.array(places)), 10)
    digits = letters[1:] - np.uint8(48)
    value = np.zeros(len(places), dtype=np.int32)
    for digit in digits:
        value = value * 10 + digit
    days = value // 10_000 % 1000
    good = (digits < 10).all(axis=0) & ((letters[0] | 32) == ord("p")) & (days >= 1) & (days <= 366)
    keys = np.full(len(texts), NO_NUMBER, dtype=np.int32)
    keys[places] = np.where(good, value, NO_NUMBER)
    return keys


def number_years(numbers: NDArray[np.int32]) -> NDArray[np.int64]:
    """The years that call numbers carry."""
    return numbers.astype(np.int64) // 10_000_000 + 2000


def number_days(numbers: NDArray[np.int32]) -> NDArray[np.int64]:
    """The days, from 1970-01-01, that call numbers carry."""
    days: NDArray[np.int64] = _JANUARIES[number_years(numbers) - 2000] + numbers // 10_000 % 1000 - 1
    return days


_JANUARIES = np.arange("2000", "2100", dtype="M8[Y]").astype("M8[D]").astype(np.int64)


def local_days(at: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """The days in Baltimore, from 1970-01-01, of epoch milliseconds as a source stores them.

    By the clock "local" what is stored is Baltimore's own time, labeled UTC; by "utc" it is what it says.
    """
    if zone == "utc":
        moments = pd.DatetimeIndex(at.astype("M8[ms]")).tz_localize("UTC").tz_convert(CITY)
        at = moments.tz_localize(None).to_numpy().astype("M8[ms]").astype(np.int64)
    days: NDArray[np.int64] = at // DAY_MS
    return days


@dataclass(frozen=True)
class Clock:
    """The clock that a source's dates are in, found by the days that its call numbers carry.

    ``zone`` is "local" or "utc", ``agreement`` the share of numbers whose day it gives (0 without numbers).
    """

    zone: str
    agreement: float


def find_clock(at: NDArray[np.int64], numbers: NDArray[np.int32]) -> Clock:
    """The clock of calls stored at these moments under these numbers.

    Where no number tells the two apart it is "utc", as the servers promise of every date.
    """
    carried = number_days(numbers)
    agrees = {zone: local_days(at, zone) == carried for zone in ("utc", "local")}
    zone = "local" if agrees["local"].sum() > agrees["utc"].sum() else "utc"
    return Clock(zone, float(agrees[zone].mean()) if len(at) else 0.0)
