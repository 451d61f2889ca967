from enum import StrEnum


class AuditTargetType(StrEnum):
    ACCESS_TOKEN = "access_token"
    AUDIT_LOG = "audit_log"
    BACKUP = "backup"
    CERTIFICATE_AUTHORITY = "certificate_authority"
    CLUSTER = "cluster"
    INVITATION = "invitation"
    ORGANIZATION = "organization"
    SCOPE = "scope"
    SERVICE_ACCOUNT = "service_account"
    SESSION = "session"
    SIGNING_KEY = "signing_key"
    TOKEN = "token"
    USER = "user"

    def __str__(self) -> str:
        return str(self.value)
