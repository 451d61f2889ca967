from enum import StrEnum


class ListServiceAccountTokensStatus(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"

    def __str__(self) -> str:
        return str(self.value)
