"""Runs schemathesis over the server's whole OpenAPI document: `fuzz.py admin`, `fuzz.py nobody`.

Which checks are run, and the reason for each that isn't, is in `schemathesis.toml`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from mintkey import URL, login

# The fuzzer can't revoke an access token from a password: no list contains it, it can't be guessed for /oauth/revoke,
# and the only administrator can't be deactivated.
ADMIN = """
[auth.openapi.bearer]
bearer = "${MINTKEY_ACCESS_TOKEN}"
"""

# Without this, schemathesis generates several credentials at once, which the server rejects.
NOBODY = "generation.with-security-parameters = false\n"


def main(who):
    """Gives the exit code of schemathesis."""
    config = (Path(__file__).parent / "schemathesis.toml").read_text()
    environment = dict(os.environ)
    if who == "admin":
        environment["MINTKEY_ACCESS_TOKEN"] = login()
    # Its state between runs is deleted with the folder, so that all runs are equal.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config.toml")
        file.write_text((config + ADMIN) if who == "admin" else (NOBODY + config))
        command = [Path(sys.executable).parent / "schemathesis", "--config-file", file, "run", f"{URL}/api/openapi.json"]
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
