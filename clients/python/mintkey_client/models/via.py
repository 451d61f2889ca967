from enum import StrEnum


class Via(StrEnum):
    ACCESS_TOKEN = "access_token"
    API_KEY = "api_key"
    CERTIFICATE = "certificate"
    CLIENT_ASSERTION = "client_assertion"
    CLIENT_SECRET = "client_secret"
    COMMAND_LINE = "command_line"
    ONE_TIME_LINK = "one_time_link"
    PASSWORD = "password"
    SESSION = "session"

    def __str__(self) -> str:
        return str(self.value)
