"""Tiny servers on 127.0.0.1 that speak as much of the APIs of Zenodo and Hugging Face as an upload needs."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit


class _Server(BaseHTTPRequestHandler):
    """Answers in JSON, asks for the token, and keeps what it was asked in `asked`."""

    protocol_version = "HTTP/1.1"
    token: ClassVar[str] = "secret-token"
    asked: ClassVar[list[tuple[str, str]]]
    files: ClassVar[dict[str, bytes]]
    corrupts: ClassVar[bool] = False

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        type(self).asked.append((self.command, path))
        allowed = self.headers.get("Authorization") == f"Bearer {self.token}"
        status, answer = self.answer(path, body) if allowed else (401, {"message": "who are you?"})
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = _serve  # noqa: N815

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        raise NotImplementedError

    def log_message(self, *_: object) -> None:
        pass

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


class Zenodo(_Server):
    """Deposits: made by POST, filled by PUT into their bucket, published by an action."""

    metadata: ClassVar[dict[str, Any]]
    is_public: ClassVar[bool]

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        links = {"bucket": f"{self.home}/api/files/b-1", "html": f"{self.home}/deposit/7"}
        if (self.command, path) == ("POST", "/api/deposit/depositions"):
            type(self).metadata = json.loads(body)["metadata"]
            return 201, {"id": 7, "links": links}
        if self.command == "PUT" and path.startswith("/api/files/b-1/"):
            self.files[path.removeprefix("/api/files/b-1/")] = body
            return 201, {"checksum": f"md5:{hashlib.md5(body + b'x' * self.corrupts).hexdigest()}"}
        if (self.command, path) == ("POST", "/api/deposit/depositions/7/actions/publish"):
            type(self).is_public = True
            return 202, {"id": 7, "links": links, "doi_url": "https://doi.org/10.5072/zenodo.7"}
        return 404, {"message": f"no {self.command} {path}"}


class HuggingFace(_Server):
    """One dataset repository: large files by LFS, the others in the commit, one tag a version."""

    large: ClassVar[dict[str, bytes]]
    tags: ClassVar[dict[str, str]]
    commits: ClassVar[list[str]]

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        api = "/api/datasets/someone/readout"
        routes = {
            ("POST", "/api/repos/create"): self._create,
            ("GET", f"{api}/refs"): self._refs,
            ("GET", f"{api}/revision/main"): self._info,
            ("GET", api): self._info,
            ("GET", f"{api}/tree/main"): self._tree,
            ("POST", "/api/validate-yaml"): lambda _: {"errors": [], "warnings": []},
            ("POST", f"{api}/preupload/main"): self._preupload,
            ("POST", "/datasets/someone/readout.git/info/lfs/objects/batch"): self._batch,
            ("POST", f"{api}/commit/main"): self._commit,
        }
        if (self.command, path) in routes:
            return 200, routes[self.command, path](body)
        if self.command == "POST" and path.startswith(f"{api}/tag/"):
            self.tags[json.loads(body)["tag"]] = path.rpartition("/")[2]
            return 200, {}
        return 404, {"error": f"no {self.command} {path}"}

    def do_PUT(self) -> None:
        """The store of large files wants no token: its address is one."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).asked.append((self.command, self.path))
        self.large[self.path.rpartition("/")[2]] = body
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _create(self, _: bytes) -> Any:
        return {"url": f"{self.home}/datasets/someone/readout", "id": "someone/readout"}

    def _refs(self, _: bytes) -> Any:
        tags = [{"name": name, "ref": f"refs/tags/{name}", "targetCommit": sha} for name, sha in self.tags.items()]
        main = {"name": "main", "ref": "refs/heads/main", "targetCommit": "0" * 40}
        return {"branches": [main], "converts": [], "tags": tags}

    def _info(self, _: bytes) -> Any:
        return {"id": "someone/readout", "sha": "0" * 40, "siblings": [{"rfilename": name} for name in self.files]}

    def _tree(self, _: bytes) -> Any:
        return [{"type": "file", "path": name, "size": len(data), "oid": "0" * 40} for name, data in self.files.items()]

    def _preupload(self, body: bytes) -> Any:
        return {
            "files": [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith((".parquet", ".duckdb")) else "regular",
                    "shouldIgnore": False,
                }
                for file in json.loads(body)["files"]
            ]
        }

    def _batch(self, body: bytes) -> Any:
        objects = [
            {**wanted, "actions": {"upload": {"href": f"{self.home}/store/{wanted['oid']}"}}}
            for wanted in json.loads(body)["objects"]
        ]
        return {"transfer": "basic", "objects": objects}

    def _commit(self, body: bytes) -> Any:
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "header":
                self.commits.append(value["summary"])
            elif line["key"] == "file":
                self.files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                self.files[value["path"]] = self.large[value["oid"]]
            elif line["key"] == "deletedFile":
                del self.files[value["path"]]
        sha = hashlib.sha1(body).hexdigest()
        return {"commitUrl": f"{self.home}/datasets/someone/readout/commit/{sha}", "commitOid": sha}


@contextmanager
def serving(kind: type[_Server], **state: Any) -> Iterator[tuple[str, Any]]:
    """Run a fresh server of that kind; give its address and the class that holds what it was sent."""
    fresh = type(kind.__name__, (kind,), {"asked": [], "files": {}, **state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), fresh)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", fresh
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
