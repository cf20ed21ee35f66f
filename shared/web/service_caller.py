"""An operation that another service calls in its own name; people are refused it by their role."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, Request

from shared.errors import NotSignedInError
from shared.security.principal import Principal
from shared.security.service_identity import ServiceDirectory
from shared.web.authentication import authenticated


def install_services(app: FastAPI, directory: ServiceDirectory, *, audience: str) -> None:
    """Let `app` know services by their own signed tokens for this audience."""
    app.state.services = directory
    app.state.services_audience = audience


async def service_or_person(request: Request) -> Principal:
    """The calling service by its own token, else whoever is signed in. Raises NotSignedInError."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        directory: ServiceDirectory = request.app.state.services
        try:
            return directory.verify(token.strip(), request.app.state.services_audience)
        except NotSignedInError:
            pass  # no service's token: perhaps a person's
    return await authenticated(request)


ServiceOrPerson = Annotated[Principal, Depends(service_or_person)]
