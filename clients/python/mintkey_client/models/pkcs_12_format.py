from enum import StrEnum


class Pkcs12Format(StrEnum):
    COMPATIBLE = "compatible"
    MODERN = "modern"

    def __str__(self) -> str:
        return str(self.value)
