"""The one Django app; its rooms are folders."""

from django.apps import AppConfig


class AutoresponderConfig(AppConfig):
    name = "autoresponder"
    verbose_name = "답지기"

    def ready(self) -> None:
        from autoresponder import checks  # noqa: F401, PLC0415 - checks register themselves once the apps are loaded
