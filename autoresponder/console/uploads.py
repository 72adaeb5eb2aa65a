"""What is taken in of the files of one request, before any form sees them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MOST_FILES = 100


class MostFiles(FileUploadHandler):
    """Takes one more file than any form may have, so that the form can say it is too many, and passes over the rest.

    Django itself answers too many files with a bare page, long before a form is read.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._seen += 1
        if self._seen > MOST_FILES + 1:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """For the handlers that store it."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers that stored it have it."""
