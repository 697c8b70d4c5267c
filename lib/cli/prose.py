"""``prose``: how long each page takes to read, and how hard its sentences are."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lib.chapters.chapters import CHAPTERS
from lib.chapters.reading import reading, sentences

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("prose", help="print each page's reading time and grade level")
    parser.add_argument("--hardest", type=int, default=0, metavar="N", help="with each page's N hardest sentences")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a line a page: grade, minutes, words, title. Exit code 0."""
    print("grade  minutes  words  page")
    for chapter in CHAPTERS:
        found = reading(chapter)
        print(f"{found.grade:5.1f}  {found.minutes:7}  {found.words:5}  {chapter.short}")
        for sentence in sentences(chapter)[: max(0, args.hardest)]:
            print(f"{sentence.grade:9.1f}  {sentence.text}")
    return 0
