"""Wiring only: settings, urls, Celery, the SQLite backend. Importing it puts a sound SQLite in place first."""

from config.sqlite.build import use_sound_build

# Before Celery or Django get a chance to import the stdlib module.
use_sound_build()

from config.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
