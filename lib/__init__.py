"""Checks the 26 March 2021 announcement against Baltimore's own records.

Rooms, each importing only from the ones after it: ``cli`` and ``web``, ``figures``, ``charts``, ``story``,
``analysis``, ``tables``; ``build`` joins ``sources`` to ``tables``.
"""
