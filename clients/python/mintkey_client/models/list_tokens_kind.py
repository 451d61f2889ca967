from enum import StrEnum


class ListTokensKind(StrEnum):
    API_KEY = "api_key"
    CLIENT_CERTIFICATE = "client_certificate"
    KUBECONFIG = "kubeconfig"

    def __str__(self) -> str:
        return str(self.value)
