"""Why something was not fetched: the short codes of the fetch log, each with a remedy."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an article, or the list it should have come from, was refused."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    TOO_MANY_REQUESTS = "too_many_requests"
    TRUNCATED = "truncated"
    NOT_FOUND = "not_found"
    HTTP_STATUS = "http_status"
    ROBOTS = "robots_disallow"
    PRIVATE_ADDRESS = "private_address"
    BAD_URL = "bad_url"
    REDIRECTS = "too_many_redirects"
    REDIRECT_LOOP = "redirect_loop"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    BAD_ENCODING = "bad_encoding"
    EMPTY = "empty"
    BAD_XML = "bad_xml"
    BAD_JSON = "bad_json"
    BAD_WARC = "bad_warc"
    NO_LINK = "no_link"
    OUTSIDE = "outside_directory"
    UNREADABLE = "unreadable"
    BAD_STATE = "bad_state"
    FAILED = "failed"


REMEDIES = {
    Reason.TIMEOUT: "It is tried again at the next fetch.",
    Reason.UNREACHABLE: "Check the host's name and your network; it is tried again at the next fetch.",
    Reason.SERVER_ERROR: "It is tried again at the next fetch.",
    Reason.TOO_MANY_REQUESTS: "Raise politeness.seconds of the source; it is tried again at the next fetch.",
    Reason.TRUNCATED: "It is tried again at the next fetch.",
    Reason.NOT_FOUND: "Open the URL in a browser: correct the source's url if that is it, else nothing is to be done.",
    Reason.HTTP_STATUS: "Open the URL in a browser; if it asks for a login, it cannot be fetched.",
    Reason.ROBOTS: "Ask the publisher, or drop the source: its robots.txt keeps programs away from this URL.",
    Reason.PRIVATE_ADDRESS: "If the source lies in your own network and is trusted, say allow_private: true.",
    Reason.BAD_URL: "Only http and https URLs without a user name are fetched.",
    Reason.REDIRECTS: "Put the URL that it ends at into the source.",
    Reason.REDIRECT_LOOP: "Open the URL in a browser; it may ask for cookies, which are not kept.",
    Reason.TOO_LARGE: "Raise most_bytes of the source if this is an article.",
    Reason.WRONG_TYPE: "Keep such URLs out with match, or save the article by hand as text.",
    Reason.BAD_ENCODING: "Tell the publisher: the answer is compressed in a way that was not asked for, or broken.",
    Reason.EMPTY: "Open the URL in a browser; the answer had no content.",
    Reason.BAD_XML: "Check that the url is the feed or sitemap itself, and that a browser shows it whole.",
    Reason.BAD_JSON: "Check items, fields and paging of the source against an answer of the API.",
    Reason.BAD_WARC: "Download the archive again, or drop it from the list.",
    Reason.NO_LINK: "Name the key that holds the link under fields.url of the source, if there is one.",
    Reason.OUTSIDE: "Copy the file into the directory instead of linking to it.",
    Reason.UNREADABLE: "Check the path and that you may read it.",
    Reason.BAD_STATE: "Delete the file; articles that lie in the raw folder are not fetched twice.",
    Reason.FAILED: "Please report it with the URL; the others are not affected.",
}

_PASSING = {
    Reason.TIMEOUT,
    Reason.UNREACHABLE,
    Reason.SERVER_ERROR,
    Reason.TOO_MANY_REQUESTS,
    Reason.TRUNCATED,
    Reason.UNREADABLE,
    Reason.FAILED,
}


class Fault(Exception):  # noqa: N818 (it is an outcome, not a programming error)
    """Raised where one URL, list or file cannot be taken."""

    def __init__(self, reason: Reason, detail: str, retry_after: float | None = None) -> None:
        """`retry_after`: the seconds that the server asked to wait."""
        super().__init__(detail)
        self.reason, self.detail, self.retry_after = reason, detail, retry_after

    @property
    def passing(self) -> bool:
        """Whether the next fetch may fare better, so that it should try again."""
        return self.reason in _PASSING

    @property
    def advice(self) -> str:
        """What is wrong, and what to do about it."""
        return f"{self.detail} {REMEDIES[self.reason]}"
