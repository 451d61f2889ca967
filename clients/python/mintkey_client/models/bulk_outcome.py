from enum import StrEnum


class BulkOutcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    SELECTED = "selected"

    def __str__(self) -> str:
        return str(self.value)
