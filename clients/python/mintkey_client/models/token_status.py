from enum import StrEnum


class TokenStatus(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"

    def __str__(self) -> str:
        return str(self.value)
