"""The statements of the message path, with their SQL kept: what the ORM cannot say at once, or takes long to say.

`bulk_create(update_conflicts=True)` returns only the primary key (Django 5.2), so a conversation already handed to a
person would look new. Values pass through the model's fields, so both databases get their own types.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection, models


def insert_or_find(
    model: type[models.Model],
    values: Mapping[str, Any],
    *,
    unique: Sequence[str],
    on_conflict: str,
    returning: Sequence[str],
) -> tuple[Any, ...]:
    """Insert a row, or run `on_conflict` (a SET clause) on the one with the same `unique` columns.

    `values` are by attname. Returns the `returning` columns as Python values.
    """
    fields = _fields(model)
    sql = _insert(model, tuple(values), tuple(unique), on_conflict, tuple(returning))
    with connection.cursor() as cursor:
        cursor.execute(sql, _params(model, values))
        row = cursor.fetchone()
    return tuple(_value(fields[name], value) for name, value in zip(returning, row, strict=True))


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    """SQLite gives JSON as text, and moments without their UTC."""
    if isinstance(value, str) and isinstance(field, models.JSONField):
        return json.loads(value)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def update(model: type[models.Model], pk: int, values: Mapping[str, Any]) -> None:
    """Set columns (by attname) of one row."""
    with connection.cursor() as cursor:
        cursor.execute(_update(model, tuple(values)), [*_params(model, values), pk])


def _params(model: type[models.Model], values: Mapping[str, Any]) -> list[Any]:
    fields = _fields(model)
    return [fields[name].get_db_prep_save(value, connection) for name, value in values.items()]


@cache
def _fields(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {field.attname: field for field in model._meta.concrete_fields}


@cache
def _insert(
    model: type[models.Model],
    names: tuple[str, ...],
    unique: tuple[str, ...],
    on_conflict: str,
    returning: tuple[str, ...],
) -> str:
    fields = _fields(model)
    columns = ", ".join(fields[name].column for name in names)
    marks = ", ".join("%s" for _ in names)
    keys = ", ".join(fields[name].column for name in unique)
    back = ", ".join(fields[name].column for name in returning)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) "
        f"ON CONFLICT ({keys}) DO UPDATE SET {on_conflict} RETURNING {back}"
    )


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> str:
    fields = _fields(model)
    columns = ", ".join(f"{fields[name].column} = %s" for name in names)
    return f"UPDATE {model._meta.db_table} SET {columns} WHERE id = %s"
