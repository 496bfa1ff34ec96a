"""Question -> records of the three tiers, scored and explained.

catalogue     which rows each record has
row_cache     rows that were read lately
opened        a version opened for search: catalogue, vectors, rows that were read lately
candidates    the records that fit by meaning or by words
background    how close unrelated questions are
evidence      what speaks for a record, and its measured sum
hits          records with their evidence
reading       the first FAQ entries read together with the question
rules         what may not crowd out the rest
searcher      a question searched for in a version
"""

from pipelines.search.evidence import Evidence
from pipelines.search.hits import Hit, SearchResult, records, timings
from pipelines.search.reading import ReadOnce, read_closely
from pipelines.search.searcher import MAX_QUESTION, QueryEmbedder, Searcher, published_searcher

__all__ = [
    "MAX_QUESTION",
    "Evidence",
    "Hit",
    "QueryEmbedder",
    "ReadOnce",
    "SearchResult",
    "Searcher",
    "published_searcher",
    "read_closely",
    "records",
    "timings",
]
