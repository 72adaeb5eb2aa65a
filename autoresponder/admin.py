"""The operator's view: shops and people can be changed, everything customers and sellers made can only be read."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.rules.models import ReleaseEvent, Version
from autoresponder.shops.models import Membership, Shop, User


def login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Everybody signs in at the one door that counts wrong passwords; the admin's own would not."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)
    if not admin.site.has_permission(request):
        raise PermissionDenied
    return HttpResponseRedirect(reverse("admin:index"))


admin.site.login = login  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "답지기"
admin.site.unregister(Group)


class LowerCaseEmail(forms.ModelForm):
    """A person may type their address in any case; in the table it stands in one."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("A user with this e-mail address exists.")
        return email


class AddUserForm(LowerCaseEmail, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class EditUserForm(LowerCaseEmail, UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_staff", "is_superuser")


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ("shop", "user")


class Kept:
    """Nothing is deleted here: a person is made inactive, a shop stops answering."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(Kept, UserAdmin):
    form = EditUserForm
    add_form = AddUserForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    inlines = (MembershipInline,)


@admin.register(Shop)
class ShopAdmin(Kept, admin.ModelAdmin):
    """A new shop and its owner are one form: the row below takes the person."""

    list_display = ("name", "slug", "language", "answering", "created_at")
    list_filter = ("answering", "language")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "language", "timezone", "answering", "created_at")
    readonly_fields = ("created_at",)
    inlines = (MembershipInline,)


class ReadOnly(Kept, admin.ModelAdmin):
    list_select_related: ClassVar[Any] = ("shop",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Connection)
class ConnectionAdmin(ReadOnly):
    """The address's token and the secrets are the shop's own: an operator has no use for them."""

    list_display = ("shop", "kind", "paused", "created_at", "confirmed_at")
    list_filter = ("kind", "paused")
    search_fields = ("shop__name", "shop__slug")
    exclude = ("token", "sealed")


@admin.register(Version)
class VersionAdmin(ReadOnly):
    list_display = ("shop", "number", "author", "note", "created_at")
    list_select_related = ("shop", "author")
    search_fields = ("shop__name", "shop__slug", "note")
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> Any:
        # A list of versions must not read every document.
        found = super().get_queryset(request)
        return found.defer("document") if request.resolver_match.url_name.endswith("changelist") else found


@admin.register(ReleaseEvent)
class ReleaseEventAdmin(ReadOnly):
    list_display = ("shop", "action", "version", "previous", "by", "at")
    list_select_related = ("shop", "version__shop", "previous__shop", "by")
    list_filter = ("action",)
    search_fields = ("shop__name", "shop__slug")
    date_hierarchy = "at"


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    list_display = ("shop", "connection", "name", "last_at", "waiting_since", "waiting_reason")
    list_select_related = ("shop", "connection__shop")
    list_filter = ("connection__kind", "waiting_reason", "test")
    search_fields = ("shop__name", "shop__slug", "name", "customer")


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ("at", "shop", "connection", "outcome", "rule", "text_start", "repeats")
    list_select_related = ("shop", "connection__shop")
    list_filter = ("outcome", "connection__kind", "test")
    search_fields = ("text", "shop__slug")
    date_hierarchy = "at"

    @admin.display(description="text")
    def text_start(self, message: Message) -> str:
        return str(message)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("created_at", "shop", "connection", "state", "attempts", "due_at", "sent_at", "error")
    list_select_related = ("shop", "connection__shop")
    list_filter = ("state", "connection__kind")
    search_fields = ("shop__name", "shop__slug", "error")
    date_hierarchy = "created_at"
