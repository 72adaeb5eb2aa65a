"""The draft (one row a rule), the versions it was frozen into, and the pointer to what customers get."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from autoresponder.engine.book import LAYERS
from autoresponder.shops.models import Shop


def all_layers() -> list[str]:
    return list(LAYERS)


class RuleQuerySet(models.QuerySet["Rule"]):
    def kept(self) -> RuleQuerySet:
        return self.filter(deleted_at=None)


class Rule(models.Model):
    """One rule of the draft. `groups`, `replies`, `channels` and `window` hold what `engine.document` dumps for a rule.

    `deleted_at`: taken out, but one tap brings it back. `edit_number` grows with every save; a form that was opened
    on an older one is refused, so two people never overwrite each other unseen.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="rules")
    key = models.CharField(max_length=20)
    position = models.PositiveIntegerField()
    band = models.CharField(max_length=10, default="owner")
    name = models.CharField(max_length=60)
    enabled = models.BooleanField(default=True)
    groups = models.JSONField(default=list)
    replies = models.JSONField(default=list)
    when = models.CharField(max_length=10, default="always")
    channels = models.JSONField(default=list)
    action = models.CharField(max_length=10, default="answer")
    cooldown_minutes = models.PositiveIntegerField(default=0)
    intent = models.CharField(max_length=40, default="", blank=True)
    manner = models.CharField(max_length=10, default="mention")
    without = models.JSONField(default=list)
    window = models.JSONField(null=True, blank=True)
    edit_number = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = RuleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "key"], name="one_rule_a_key")]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What the draft holds besides rules: greeting, fallback, hand-off and asking back; other spellings, and how far
    typos are understood. Shapes as in `engine.document`.

    `synonyms`: lists of words of one meaning, offered while a rule is written and never published; None as long as the
    shop uses the list its language comes with (rules/synonyms.py). `changed`: by the name of a text, the edit number
    since which it reads so, so that a form about others is not refused.
    """

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="draft")
    away = models.JSONField()
    fallback = models.JSONField()
    hand_off = models.JSONField()
    ask_back = models.JSONField(default=dict)
    aliases = models.JSONField(default=list)
    ignored = models.JSONField(default=list)
    layers = models.JSONField(default=all_layers)
    synonyms = models.JSONField(null=True)
    edit_number = models.PositiveIntegerField(default=1)
    changed = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.shop)


class Version(models.Model):
    """A frozen rule book. Never changed after it is made; releases only point at it."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.shop} v{self.number}"


class Release(models.Model):
    """The pointer: which version customers of this shop get.

    While a `candidate` is tried, testers get it, and so do the first `share` of 10,000 customers (`engine.rollout`,
    with `salt`). `plan`: when the share grows by itself, and what takes the candidate back (rules/rollout.py).
    """

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="release")
    stable = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    share = models.PositiveSmallIntegerField(default=0)
    salt = models.CharField(max_length=32, default="", blank=True)
    candidate_at = models.DateTimeField(null=True)
    plan = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return str(self.stable)


class ReleaseEvent(models.Model):
    """Each move of the pointer: what, by whom (None: the plan), when.

    `action`: "publish" (for all), "try" (a candidate begins), "widen" (its `share` changes), "promote" (it becomes what
    all get), "withdraw" (it is taken back), "halt" (taken back by the plan, `note` says why), "roll_back".
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="release_events")
    action = models.CharField(max_length=12)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    share = models.PositiveSmallIntegerField(default=10_000)
    note = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.version}"


class Example(models.Model):
    """A sentence that must go on being answered as it is: run at every publish, and named when a change breaks it.

    `expected`: a rule's key, "person" (handed over), "asked" (asked back) or "none" (no automatic answer). `rule`:
    whose page it stands on.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="examples")
    text = models.CharField(max_length=500)
    expected = models.CharField(max_length=20)
    rule = models.CharField(max_length=20, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "text"], name="one_example_a_sentence")]

    def __str__(self) -> str:
        return self.text[:40]


class Settled(models.Model):
    """What an example expected until `version` was published, for the day that is taken back. `became`: what it expects
    since, "" where it was let go. The other fields are the example's.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="settled")
    became = models.CharField(max_length=20, default="", blank=True)
    text = models.CharField(max_length=500)
    expected = models.CharField(max_length=20)
    rule = models.CharField(max_length=20, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text[:40]


class Opinion(models.Model):
    """What one of the shop's own people thinks of an answer they got while trying the bot out, where no message is kept
    (the simulator). `outcome` as in the log, `rule` the one that answered, `answer` its words, `book`: "draft" or
    "live". `liked` and `remark` as those of a message (inbox.models).
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="opinions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=1000)
    outcome = models.CharField(max_length=12)
    rule = models.CharField(max_length=20, default="", blank=True)
    answer = models.TextField(default="", blank=True)
    book = models.CharField(max_length=5, default="draft")
    liked = models.BooleanField()
    remark = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.text[:40]


class Shelved(models.Model):
    """A whole rule book put aside for a day: one that was read from a file and not yet taken (`why` "import"), or the
    draft as it was before another book took its place ("before").
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="shelved")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=6)
    document = models.JSONField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.shop} {self.why}"
