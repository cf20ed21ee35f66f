"""Who is asking over HTTP: a bearer token, or the browser's HttpOnly cookie with the same token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request

from shared.errors import NotPermittedError, NotSignedInError
from shared.security.principal import Principal
from shared.security.tokens import TokenVerifier

SESSION_COOKIE: Final = "bawaba_session"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(eq=False)
class CrossOriginError(NotPermittedError):
    """A browser sent this from another site, with our cookie perhaps, but not by our page."""

    code: ClassVar[str] = "cross_origin"


class SignInRequiredError(NotSignedInError):
    """A page was asked for by nobody we know: send them to sign in and back. `location` is where."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


def install_authentication(app: FastAPI, verifier: TokenVerifier, *, sign_in_url: str) -> None:
    app.state.verifier = verifier
    app.state.sign_in_url = sign_in_url


async def authenticated(request: Request) -> Principal:
    """The principal of the request. Raises NotSignedInError or a subclass, and CrossOriginError."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        require_same_origin(request)
        token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        raise NotSignedInError
    verifier: TokenVerifier = request.app.state.verifier
    return await verifier.verify(token.strip())


def token_of(request: Request) -> str:
    """The token of a request that was authenticated: for asking another service in the caller's own name."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.cookies.get(SESSION_COOKIE, "")


async def page_principal(request: Request) -> Principal:
    """As `authenticated`, for pages: whoever is not signed in is sent to sign in, and back here afterwards."""
    try:
        return await authenticated(request)
    except CrossOriginError:
        raise
    except NotSignedInError:
        here = str(request.url) if _is_absolute(request.app.state.sign_in_url, request) else request.url.path
        raise SignInRequiredError(f"{request.app.state.sign_in_url}?next={quote(here, safe='')}") from None


def require_same_origin(request: Request) -> None:
    """Raise CrossOriginError when a browser says that an unsafe request began at another origin.

    Browsers send Sec-Fetch-Site (Fetch Metadata) or Origin with every unsafe request and let no page forge them, so
    they protect a cookie as a token in the form would, without one. A client that sends neither is no browser and has
    no cookie that somebody else could ride on.
    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise CrossOriginError
    origin = request.headers.get("origin")
    if site is None and origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise CrossOriginError


def _is_absolute(sign_in_url: str, request: Request) -> bool:
    """Whether signing in happens at another origin, as it does for the entrance's pages."""
    netloc = urlsplit(sign_in_url).netloc
    return bool(netloc) and netloc != request.headers.get("host")
