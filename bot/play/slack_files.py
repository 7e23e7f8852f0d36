"""Files that people share: what Slack says of them, and the download that wants the app's token."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.play.slack_args import Args, SlackError
from bot.play.slack_faults import Faults
from bot.play.slack_records import File
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

DOWNLOAD = "files.download"  # not a method of Slack's: the name under which faults of downloads are asked for
_SIGN_IN = "<!doctype html><title>Sign in to Play | Slack</title><p>Sign in to your workspace."


def keep(workspace: Workspace, user: str, name: str, content: bytes, mimetype: str = "") -> File:
    """A new file; its type is guessed from its name where none is given."""
    with workspace.lock:
        kind = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(workspace.next_id("F"), name, kind, content, user, workspace.clock.now())
        workspace.files[file.id] = file
        return file


def described(workspace: Workspace, file: File) -> Json:
    """The file object of events and of files.info."""
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    place = f"{workspace.address}/files-pri/{workspace.team_id}-{file.id}"
    return {
        "id": file.id,
        "created": int(file.shared),
        "timestamp": int(file.shared),
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "filetype": {"txt": "text", "md": "markdown"}.get(ending, ending),
        "user": file.user,
        "user_team": workspace.team_id,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": f"{place}/{file.name}",
        "url_private_download": f"{place}/download/{file.name}",
        "permalink": f"https://play.slack.com/files/{file.user}/{file.id}/{file.name}",
        "file_access": "visible",
    }


def hinted(file: File) -> Json:
    """All that an event says of a file in a channel shared with another company: ask files.info."""
    about = {"id": file.id, "created": 0, "timestamp": 0}
    return about | {"mode": "file_access", "file_access": "check_file_info"}


def info(workspace: Workspace, args: Args) -> Json:
    file = workspace.files.get(args.need("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": described(workspace, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def routes(workspace: Workspace, token: str, faults: Faults) -> list[BaseRoute]:
    """Downloads for who shows `token`; everybody else is led to a page to sign in, which answers 200."""

    def download(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {token}":
            return RedirectResponse("/sign-in", 302)
        if workspace.scopes and "files:read" not in workspace.scopes:
            return RedirectResponse("/sign-in", 302)
        fault = faults.take(DOWNLOAD)
        if fault.status != 200 or fault.cut:
            return _broken(request, fault.cut, fault.status)
        file = workspace.files.get(str(request.path_params["name"]).partition("-")[2].split("/")[0])
        if file is None:
            return Response(status_code=404)
        return Response(file.content, media_type=file.mimetype)

    async def sign_in(_: Request) -> Response:
        return HTMLResponse(_SIGN_IN)

    return [Route("/files-pri/{name:path}", download), Route("/sign-in", sign_in)]


def _broken(request: Request, cut: str, status: int) -> Response:
    if cut:
        end: Callable[[], None] = request.scope["footnote.cut"]
        end()
    return Response(status_code=status)


METHODS = {"files.info": info}
