"""The layouts of badges over HTTP, and their page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, File, Path, Request, Response, UploadFile
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from services.accreditation.adapters.layout_files import BYTES_MAX
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.load_layout import LOOKS, LayoutsShown, LoadLayout
from shared.security.principal import Role
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles

LayoutCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
_LOOKS: Final = roles(*LOOKS)
_PNG: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"image/png": {}}}}
_TOML: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/toml": {}}}}


class LayoutAnswer(BaseModel):
    code: str
    version: int
    loaded_at: datetime
    loaded_by: str


class LayoutsAnswer(BaseModel):
    """`by_category` says of each category which layout draws its badges: its code and version, as badges say it."""

    layouts: list[LayoutAnswer]
    by_category: dict[str, str]

    @classmethod
    def of(cls, shown: LayoutsShown) -> Self:
        layouts = [
            LayoutAnswer(code=each.code, version=each.version, loaded_at=each.loaded_at, loaded_by=each.loaded_by)
            for each in shown.versions
        ]
        return cls(layouts=layouts, by_category={code: layout.stamp for code, _, layout in shown.by_category})


class LayoutLoadedAnswer(BaseModel):
    """`changed` is false when the same file was in force already."""

    version: int
    changed: bool


def layout_routes(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(tags=["badge layouts"])
    base = "/api/accreditation/v1/layouts"

    @router.get(base, openapi_extra=_LOOKS)
    async def layouts(principal: Caller) -> LayoutsAnswer:
        return LayoutsAnswer.of(await application.show_layouts(principal))

    @router.get(f"{base}/{{code}}/content", openapi_extra=_LOOKS, response_class=Response, responses=_TOML)
    async def content(principal: Caller, code: LayoutCode) -> Response:
        """The file by which a category's badges are drawn: something to begin a new version from."""
        found = await application.show_layouts.content(principal, code)
        headers = {"Content-Disposition": f'attachment; filename="{code}.toml"'}
        return Response(found, media_type="application/toml", headers=headers)

    @router.put(f"{base}/{{code}}/content", openapi_extra=roles(Role.ADMINISTRATOR))
    async def load(
        principal: Caller, code: LayoutCode, file: Annotated[UploadFile, File()], cause: TheCause, command: TheCommand
    ) -> LayoutLoadedAnswer:
        """Put a version into force for a category, or for `default`: a bad file changes nothing."""
        asked = LoadLayout(code, await file.read(BYTES_MAX + 1))
        return LayoutLoadedAnswer.model_validate(await application.load_layout(principal, asked, cause, command))

    @router.delete(f"{base}/{{code}}", status_code=204, openapi_extra=roles(Role.ADMINISTRATOR))
    async def remove(principal: Caller, code: LayoutCode, cause: TheCause, command: TheCommand) -> Response:
        await application.load_layout.remove(principal, code, cause, command)
        return Response(status_code=204)

    @router.get(f"{base}/{{code}}/proof", openapi_extra=_LOOKS, response_class=Response, responses=_PNG)
    async def proof(principal: Caller, code: LayoutCode) -> Response:
        """Every side of an invented person's badge by the layout in force."""
        return _picture(await application.show_layouts.proof(principal, code))

    @router.post(f"{base}/{{code}}/proof", openapi_extra=_LOOKS, response_class=Response, responses=_PNG)
    async def proof_of(principal: Caller, code: LayoutCode, file: Annotated[UploadFile, File()]) -> Response:
        """The same by a file that is kept nowhere."""
        return _picture(await application.show_layouts.proof(principal, code, await file.read(BYTES_MAX + 1)))

    @router.get("/accreditation/layouts", include_in_schema=False, openapi_extra=_LOOKS)
    async def page(request: Request, principal: PagePrincipal) -> HTMLResponse:
        shown = await application.show_layouts(principal)
        return pages.render(request, "layouts.html", principal=principal, shown=shown)

    return router


def _picture(png: bytes) -> Response:
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})
