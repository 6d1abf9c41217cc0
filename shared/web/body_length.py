"""How long the body of a request may be: a small measure for all, a larger one for routes that say so.

Decides where that stands while a request is handled: Flask holds to it when a body is read, and the server that asked
the application reads it before the body comes in (`shared.flow.serving`).
"""

from flask import request

LONGEST_BODY = "gridcase.longest_body"  # key of the WSGI environment: bytes
ASKED_BEFORE = (
    "gridcase.asked_before"  # key of the WSGI environment: the same request was asked without its body
)
LARGEST_BODY = 256 * 2**10  # a step with a dozen long texts, each character written as an escape


def allow_body(longest: int) -> None:
    """Say how many bytes the body of this request may have; before anything of it is read.

    Args:
        longest: declared or counted, without what the transfer adds.
    """
    request.max_content_length = longest
    request.environ[LONGEST_BODY] = longest
