from enum import StrEnum


class FieldCode(StrEnum):
    BEYOND_OWN_BOUNDS = "beyond_own_bounds"
    CONFLICT = "conflict"
    CONTROL_CHARACTER = "control_character"
    DUPLICATE = "duplicate"
    EXCEEDS_MAXIMUM = "exceeds_maximum"
    EXCEEDS_OWNER = "exceeds_owner"
    INVALID_FORMAT = "invalid_format"
    IN_THE_PAST = "in_the_past"
    MISMATCH = "mismatch"
    REQUIRED = "required"
    TAKEN = "taken"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    UNKNOWN_CLUSTER = "unknown_cluster"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_MEMBER = "unknown_member"
    UNKNOWN_OWNER = "unknown_owner"
    UNKNOWN_SCOPE = "unknown_scope"
    WRONG_TYPE = "wrong_type"

    def __str__(self) -> str:
        return str(self.value)
