"""The table of contents of every address."""

from django.contrib import admin
from django.urls import include, path

from autoresponder import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("", include("autoresponder.urls")),
]
