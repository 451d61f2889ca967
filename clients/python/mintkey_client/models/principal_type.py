from enum import StrEnum


class PrincipalType(StrEnum):
    SERVICE_ACCOUNT = "service_account"
    SYSTEM = "system"
    USER = "user"

    def __str__(self) -> str:
        return str(self.value)
