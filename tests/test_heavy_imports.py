"""What only the build needs stays out of the app."""

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
print(sorted({"geopandas", "pyogrio", "pyproj", "scipy.optimize"} & set(sys.modules)), len(sys.modules))
"""


@pytest.mark.slow
def test_no_module_of_the_app_imports_what_reads_maps() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("[] ")
