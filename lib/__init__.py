"""Checks the March 26, 2021, announcement against Baltimore's own records.

Rooms, each importing only from the ones after it: ``cli`` and ``web``, ``export``, ``chapters``, ``figures``,
``charts`` and ``story``, ``ingest`` (whose ``sources`` know nothing but tables), ``analysis``, ``tables``.
"""

import os

# The models' matrices are small. Threads that share them cost ten times the time they save once other work wants the
# same processors. Must be said before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
