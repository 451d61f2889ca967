from enum import StrEnum


class BulkAction(StrEnum):
    DELETE = "delete"
    INVALIDATE = "invalidate"

    def __str__(self) -> str:
        return str(self.value)
