from enum import StrEnum


class ListTokensSort(StrEnum):
    CREATED_AT = "created_at"
    EXPIRES_AT = "expires_at"
    LABEL = "label"
    LAST_USED_AT = "last_used_at"
    VALUE_1 = "-created_at"
    VALUE_3 = "-label"
    VALUE_5 = "-expires_at"
    VALUE_7 = "-last_used_at"

    def __str__(self) -> str:
        return str(self.value)
