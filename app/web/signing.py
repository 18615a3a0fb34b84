"""MACs under keys that are derived, one for each purpose, from the operator's secret."""

import base64
import hmac

MAC_BYTES = 18


class Signer:
    """Signs short texts. A MAC made for one purpose is worth nothing for another."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._keys: dict[str, bytes] = {}

    def key(self, purpose: str) -> bytes:
        """32 bytes that belong to that purpose alone, derived once."""
        if purpose not in self._keys:
            self._keys[purpose] = hmac.digest(self._secret, b"cairn/" + purpose.encode(), "sha256")
        return self._keys[purpose]

    def mac(self, purpose: str, *parts: str) -> str:
        """A MAC over the parts; their borders count, so ("a", "bc") and ("ab", "c") differ."""
        message = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
        digest = hmac.digest(self.key(purpose), message, "sha256")[:MAC_BYTES]
        return base64.urlsafe_b64encode(digest).decode()

    def is_mac(self, mac: str, purpose: str, *parts: str) -> bool:
        return hmac.compare_digest(mac.encode(), self.mac(purpose, *parts).encode())
