"""What an API server of Kubernetes does to authenticate: by client certificate, or by asking the webhook.

    api_server.py CERTIFICATE KEY CLIENT_CA WEBHOOK BEARER

Prints its port. Each request is answered with who makes it, as a SelfSubjectReview.
"""

import json
import ssl
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

certificate, key, client_ca, webhook, bearer = sys.argv[1:]


def from_certificate(peer):
    """The common name is the user, each organization a group."""
    names = [name for names in peer["subject"] for name in names]
    users = [value for kind, value in names if kind == "commonName"]
    return {"username": users[-1], "groups": [value for kind, value in names if kind == "organizationName"]}


def from_webhook(token):
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    request = urllib.request.Request(webhook, json.dumps(review).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["status"].get("user")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        peer = self.connection.getpeercert()
        user = from_certificate(peer) if peer else from_webhook(token) if kind == "Bearer" else None
        if user:
            self.answer(200, {"kind": "SelfSubjectReview", "status": {"userInfo": user}, "path": self.path})
        else:
            self.answer(401, {"kind": "Status", "apiVersion": "v1", "code": 401, "reason": "Unauthorized"})

    def answer(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.load_verify_locations(client_ca)
context.verify_mode = ssl.CERT_OPTIONAL
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
