"""Log lines for a terminal or a journal, with secrets masked."""

import logging
import re
from typing import Any

# The token of a hook address and the token of a sign-in link are as good as a password.
MASKS = (
    (re.compile(r"(/hooks/[^/\s]+/)[^/\s?'\"]+"), r"\1***"),
    (re.compile(r"([?&]sesame=)[^&\s'\"]+"), r"\1***"),
)


def mask(line: str) -> str:
    """The line without tokens: `/hooks/kakao/abc/` becomes `/hooks/kakao/***/`."""
    for pattern, replacement in MASKS:
        line = pattern.sub(replacement, line)
    return line


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def logging_config(level: str) -> dict[str, Any]:
    """The `LOGGING` setting: everything to stderr, one line an event."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": MaskingFormatter, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django would add its own handlers to these, unmasked.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
