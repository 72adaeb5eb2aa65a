"""A shop, the people who run it, and its hours."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from autoresponder.engine.calendar import Calendar
from autoresponder.engine.hours_document import dump_hours


class EmailUserManager(UserManager["User"]):
    """Users are named by their e-mail address; there is no user name to invent or forget."""

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("이름"), max_length=60, blank=True)
    email = models.EmailField(_("이메일"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[EmailUserManager] = EmailUserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email


def unset_hours() -> dict[str, Any]:
    """A new shop has no hours yet; Korean public holidays are off from the start."""
    return dump_hours(Calendar(timezone="", week=((),) * 7, country="KR"))


class Shop(models.Model):
    """One shop. Hours stand here and not in a version: "closed today" acts at once and no rollback reopens a holiday.

    `hours` is the document of `engine.hours_document`; shops/calendar.py reads and changes it. `feed_days`: days off
    from a calendar on the web, {"2026-12-31": "name"}, replaced as a whole whenever it is fetched.
    `facts`: what replies quote, by the Korean names of `engine.facts`; they act at once too.
    """

    slug = models.SlugField(_("주소 이름"), max_length=40, unique=True)
    name = models.CharField(_("가게 이름"), max_length=60)
    language = models.CharField(_("답변 언어"), max_length=5, default="ko")
    timezone = models.CharField(_("시간대"), max_length=50, default="Asia/Seoul")
    hours = models.JSONField(default=unset_hours)
    feed_days = models.JSONField(default=dict, blank=True)
    override_open = models.BooleanField(null=True)
    override_until = models.DateTimeField(null=True)
    answering = models.BooleanField(_("자동 답변"), default=True)
    facts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("사장님")
        MANAGER = "manager", _("매니저")
        AGENT = "agent", _("상담원")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.OWNER)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "user"], name="one_role_a_shop")]

    def __str__(self) -> str:
        return f"{self.user} · {self.shop}"


class SignInFailure(models.Model):
    """Wrong passwords, for the limit by account and by address. A table, since every web process must see it."""

    key = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "at"], name="sign_in_failure_key")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a background process was last alive; `/readyz` looks here."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
