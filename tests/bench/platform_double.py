"""A platform reduced to what the clock should not see: a key, a key set on a port, and fresh id_tokens."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


class BenchPlatform:
    """Serves its key set on a loopback port and signs launches of numbered people."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        self.key_set = {"keys": [{**public, "kid": "bench", "alg": "RS256", "use": "sig"}]}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.issuer = self.url
        self.client_id = "bench"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        body = json.dumps(self.key_set).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        return Handler

    def sign(self, *, person: int, nonce: str, target: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": self.client_id, "sub": f"person-{person}", "iat": now, "exp": now + 300,
            "nonce": nonce, "name": f"Person {person}", "given_name": "Person", "family_name": str(person),
            "email": f"p{person}@example.org",
            f"{CLAIM}message_type": "LtiResourceLinkRequest", f"{CLAIM}version": "1.3.0", f"{CLAIM}deployment_id": "1",
            f"{CLAIM}target_link_uri": target, f"{CLAIM}roles": [LEARNER],
            f"{CLAIM}context": {"id": "course-1", "title": "Bench", "type": ["CourseSection"]},
            f"{CLAIM}resource_link": {"id": "link-1", "title": "Coach training"},
            f"{CLAIM}launch_presentation": {"document_target": "iframe", "return_url": f"{self.url}/return"},
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"], "lineitem": f"{self.url}/lineitem/1",
            },
        }  # fmt: skip
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "bench"})

    def private_pem(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ).decode()

    def public_pem(self) -> str:
        return (
            self.key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )
