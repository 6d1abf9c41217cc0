"""Calls over HTTP, to the gateway's address."""

import threading

import requests

from services.console.ports.calls import ApiAnswer, ApiCall, ApiUnreachable

WAITS_SECONDS = (3.05, 30)  # for a connection, for an answer
FORWARDED, AUTHORIZATION, CONTENT_TYPE = "X-Forwarded-For", "Authorization", "Content-Type"


class HttpCalls:
    """Carries calls to one address, over connections that are kept, a set for each thread.

    Args:
        address: of the gateway, such as 'http://gateway:8080'.
    """

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._own = threading.local()

    def ask(self, call: ApiCall) -> ApiAnswer:
        """Return the gateway's answer.

        Raises:
            ApiUnreachable: it does not answer, or not in time.
        """
        headers = {"Accept-Language": call.language, "Accept": "application/json", **call.headers}
        if call.authorization is not None:
            headers[AUTHORIZATION] = call.authorization
        if call.body is not None:
            headers[CONTENT_TYPE] = call.content_type
        if passed := ", ".join(filter(None, (call.forwarded, call.client))):
            headers[FORWARDED] = passed
        try:
            answer = self._session().request(
                call.method,
                self._address + call.path,
                data=call.body,
                headers=headers,
                timeout=WAITS_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as away:
            raise ApiUnreachable(type(away).__name__) from away
        found = {name.lower(): value for name, value in answer.headers.items()}
        return ApiAnswer(answer.status_code, found, answer.content)

    def _session(self) -> requests.Session:
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
            # Neither a proxy of the environment nor a password file has any business between the house's own parts.
            self._own.session.trust_env = False
        session: requests.Session = self._own.session
        return session
