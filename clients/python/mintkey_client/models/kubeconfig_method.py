from enum import StrEnum


class KubeconfigMethod(StrEnum):
    CERTIFICATE = "certificate"
    EXEC = "exec"
    TOKEN = "token"

    def __str__(self) -> str:
        return str(self.value)
