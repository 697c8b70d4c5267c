"""Text files as they come: plain, gzipped, or alone in a zip archive; what else a file is, is said."""

import contextlib
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO, cast

from lib.ingest.sources.call_rows import visible
from lib.ingest.sources.raw import SourceError

if TYPE_CHECKING:
    pass

_GZIP = b"\x1f\x8b"
_KINDS = (
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of Excel (.xls)"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"%PDF", "a PDF"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
"""Files by how they begin."""


@contextlib.contextmanager
def opened(path: Path, tell: Callable[[str], None]) -> Iterator[TextIO]:
    """The file's text, unpacked; bytes that aren't UTF-8 come as half surrogates. Raises SourceError."""
    with contextlib.ExitStack() as stack:
        try:
            file: IO[bytes] = stack.enter_context(path.open("rb"))
            head = file.read(8)
            file.seek(0)
            packed = head.startswith((_GZIP, b"PK"))
            if head.startswith(_GZIP):
                file = cast("IO[bytes]", stack.enter_context(gzip.open(file)))
            elif head.startswith(b"PK"):
                file = stack.enter_context(_member(stack.enter_context(zipfile.ZipFile(file)), path.name, tell))
            buffered = io.BufferedReader(cast("io.RawIOBase", file), 1 << 20)
            if kind := _kind(buffered.peek(512)[:512]):
                what = f"is packed and holds {kind}" if packed else f"is {kind}"
                raise SourceError(f"{path.name} {what}; a CSV file in UTF-8 is read, plain, gzipped or zipped.")
            yield io.TextIOWrapper(buffered, encoding="utf-8", errors="surrogateescape", newline="")
        except zipfile.BadZipFile as error:
            raise SourceError(
                f"{path.name} is a zip archive or a workbook of Excel, and damaged: it can't be unpacked."
            ) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"The file {path.name} is cut or damaged: it can't be unpacked.") from error
        except (RuntimeError, NotImplementedError) as error:
            raise SourceError(f"{path.name} can't be unpacked here: {error}.") from error
        except OSError as error:
            raise SourceError(f"The file {path} can't be read: {error.strerror or error}.") from error


def _kind(head: bytes) -> str:
    """What a file that begins like this is, "" for what may be CSV."""
    known = next((kind for mark, kind in _KINDS if head.startswith(mark)), "")
    if known:
        return known
    if head[257:262] == b"ustar":
        return "a tar archive"
    if head.startswith((_GZIP, b"PK\x03\x04")):
        return "an archive packed once more"
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|svg)", head, re.IGNORECASE):
        return "a web page or XML"
    if re.match(rb"(\xef\xbb\xbf)?\s*[\[{]\s*[\"{\[]", head):
        return "JSON"
    return ""


def _member(pack: zipfile.ZipFile, name: str, tell: Callable[[str], None]) -> IO[bytes]:
    """The one CSV file in a zip archive. Raises SourceError where there isn't just one."""
    names = [
        item.filename for item in pack.infolist() if not item.is_dir() and not re.search(r"(^|/)[._]", item.filename)
    ]
    if "[Content_Types].xml" in pack.namelist() or "mimetype" in pack.namelist():
        raise SourceError(f"{name} is a workbook; save its sheet as CSV in UTF-8.")
    tables = [item for item in names if item.lower().endswith(".csv")] or names
    if len(tables) != 1:
        shown = ", ".join(visible(item)[:60] for item in tables[:5]) + (", ..." if len(tables) > 5 else "")
        what = f"holds {len(tables)} files ({shown}); unpack it and import each" if tables else "holds no file"
        raise SourceError(f"{name} is a zip archive that {what}.")
    if len(names) > 1:
        tell(f"{name}: of the {len(names)} files in it only {visible(tables[0])} was read.")
    return pack.open(tables[0])
