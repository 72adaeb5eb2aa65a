"""The product's settings with the two extra pages of `tests.bench.urls`."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
