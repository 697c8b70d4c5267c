"""What only the build needs, or only a document or a font, stays out of the app as it starts."""

import subprocess
import sys

import pytest

from tests.conftest_data import ROOT

SCRIPT = """
import importlib, pkgutil, sys
import lib.figures, lib.story, lib.web
import lib.figures.catalog
for package in (lib.figures, lib.story, lib.web):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
heavy = {"geopandas", "pyogrio", "pyproj", "scipy.optimize", "pypdf", "fontTools"}
print(sorted(heavy & set(sys.modules)), len(sys.modules))
"""


@pytest.mark.slow
def test_the_app_starts_without_what_only_the_build_a_document_or_a_font_needs() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("[] ")
