"""Measures the app beside a floor page (one slider, one line chart) in one run: ``python -m bench``."""
