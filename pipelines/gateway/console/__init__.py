"""The console: pages for the people who run Sanku, rendered here, with a little script.

language     its own words, Chinese and English
messages     what the pipeline says in sentences, in the page's language
form         what a form sent
preferences  language and colours, as a browser's cookies and headers say
static       style sheet and script, named by their digest
paging       a long list, a page at a time
records      the records of a version, to look through
page         templates -> pages, with the headers that keep them safe
failure      what went wrong, as a page
differences  how versions differ
resting      which words of an answer rest on which source
asking       the first page; each other module is the page of its name
"""

from pipelines.gateway.console import (
    analytics,
    asking,
    drafts,
    entries,
    freshness,
    login,
    preferences,
    quarantine,
    similar,
    stale,
    static,
    versions,
)

ROUTES = (
    *asking.ROUTES,
    *entries.ROUTES,
    *freshness.ROUTES,
    *versions.ROUTES,
    *quarantine.ROUTES,
    *stale.ROUTES,
    *similar.ROUTES,
    *drafts.ROUTES,
    *analytics.ROUTES,
    *login.ROUTES,
    *preferences.ROUTES,
    *static.ROUTES,
)
