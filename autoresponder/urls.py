"""Every door of the product: the seller's console, the messengers, the web chat."""

from django.urls import include, path

from autoresponder import webhooks, widget

urlpatterns = [
    path("", include("autoresponder.console.urls")),
    path("hooks/<slug:kind>/<str:token>/", webhooks.hook, name="hook"),
    *widget.urlpatterns,
]
