"""The Celery application. The broker is only a door-bell: what is due stands in the database."""

from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "config.doorbell:Transport"
app = Celery("dapjigi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_django_logging(**_: Any) -> None:
    """A receiver is enough: Celery then leaves logging as `settings.LOGGING` set it, masks included."""
