"""Pages for people: one style, written into the page, and nothing else that a browser loads or runs."""

import base64
import hashlib

from flask import Response, render_template

_NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def styled_page(template: str, style: str, **shown: object) -> Response:
    """Return a page with its style; the browser is told the style's hash and applies or runs no other thing.

    Args:
        template: of the application; writes `style` between its tags, as it stands.
    """
    page = render_template(template, style=style, **shown)
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{seal}'; {_NOTHING_ELSE}"
    return Response(page, mimetype="text/html", headers={"Content-Security-Policy": policy})
