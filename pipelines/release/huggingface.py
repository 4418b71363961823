"""Uploading a release to a dataset repository of Hugging Face: one commit, and a tag that names the version."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.release.errors import ReleaseError


def publish_to_hugging_face(
    folder: Path, version: str, repository: str, token: str, endpoint: str | None = None
) -> str:
    """Make the folder the repository's newest commit, tag it with the version, and return its address.

    Files of an earlier release that this one lacks are deleted from the newest commit; its tag keeps them. Raises
    `ReleaseError` where the version is tagged already, and with the server's words where it refuses.
    """
    from huggingface_hub import HfApi  # takes a second to import: only where it is used
    from huggingface_hub.errors import HfHubHTTPError

    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise ReleaseError(f"{repository!r} is no OWNER/NAME of a dataset repository")
    server = HfApi(endpoint=endpoint, token=token)
    try:
        server.create_repo(repository, repo_type="dataset", exist_ok=True)
        tags = server.list_repo_refs(repository, repo_type="dataset").tags
        if version in {tag.name for tag in tags}:
            raise ReleaseError(f"{repository} has a tag {version} already, and a release is never overwritten")
        made = server.upload_folder(
            repo_id=repository,
            repo_type="dataset",
            folder_path=folder,
            commit_message=f"Release {version}",
            delete_patterns="*",
        )
        server.create_tag(repository, repo_type="dataset", tag=version, revision=made.oid)
    except (HfHubHTTPError, OSError) as error:
        raise ReleaseError(f"Hugging Face could not take {version} into {repository}: {error}") from error
    return f"{server.endpoint}/datasets/{repository}/tree/{version}"
