"""People looked for by whole number, ending or handle: by POST, since an address stands in every log.

For operators: whoever may try endings digit by digit reads whole numbers.
"""

from service.people import searching
from service.people.searching import Page, Place, Wanted
from service.people.written_numbers import sought
from service.web.dashboard import doors

LONGEST = 64  # characters that somebody looks for


def looked_for(typed: str, after: Place | None = None) -> Page:
    """Who is found so; it is noted how many, and not what was looked for."""
    runtime = doors.runtime()
    wanted = Wanted(sought=sought(typed.strip()[:LONGEST]))
    with runtime.store.read() as session:
        page = searching.page(session, wanted, runtime.now(), after)
        session.expunge_all()
    with runtime.store.write() as session:
        doors.note(session, "people looked for", only(page, after), found=len(page.found))
    return page


def only(page: Page, after: Place | None = None) -> int | None:
    """The one person who is found; None for several, or nobody."""
    alone = len(page.found) == 1 and page.following is None and after is None
    return page.found[0].person.id if alone else None
