"""Documents as the converter makes them, finished: with a title and a language, and the same bytes each time.

Loaded where a document is made: what reads and writes PDF takes a tenth of a second to import.
"""

from __future__ import annotations

import io
import logging
from typing import cast

from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

# The converter counts its objects otherwise than the reader of its files would.
logging.getLogger("pypdf").setLevel(logging.ERROR)


def titled_pdf(drawn: bytes, title: str) -> bytes:
    """The PDF with a title and its language, its fonts in one order: the converter has another in each process."""
    read = PdfReader(io.BytesIO(drawn))
    for page in read.pages:
        resources = cast("DictionaryObject", page["/Resources"])
        for name, named in list(resources.items()):
            if isinstance(named, DictionaryObject):
                resources[NameObject(name)] = DictionaryObject(sorted(named.items()))
    made = PdfWriter(clone_from=read)
    made.add_metadata({"/Title": title})
    made.root_object[NameObject("/Lang")] = TextStringObject("en-US")
    shown = {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    made.root_object[NameObject("/ViewerPreferences")] = DictionaryObject(shown)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()
