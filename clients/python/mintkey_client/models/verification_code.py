from enum import StrEnum


class VerificationCode(StrEnum):
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    EXPIRED = "expired"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    INVALID = "invalid"
    INVALIDATED = "invalidated"
    SUSPENDED = "suspended"
    VALID = "valid"

    def __str__(self) -> str:
        return str(self.value)
