"""Sanku's library. In the order in which data flows; a module imports only what stands above it.

errors        the exceptions that Sanku raises on purpose
urgency       what nobody waits for steps back behind the answers
text          outside text made safe, comparable, hashed
records       what a source becomes: FAQ entry, message, exchange, change, quarantined record
terms         text -> full-text terms, Chinese and English
cron          cron schedules told from other text
urls          how `sources.toml` names servers, sites and domains
source_tables what may be declared of an FAQ, a log and a product
wording       what Sanku says itself
answer_settings what may be declared of answers, their words and hand-offs
client_settings who may call the gateway, from which sites
settings      what a company may set, with defaults
sources_toml  `sources.toml` and the environment -> settings
sources       files of a folder, of a git repository's object database, and of object storage
faq           L1: Markdown -> questions with standard answers
commonmark    the Markdown of answers, parsed within bounds
html          Markdown -> HTML that a front end may show
passages      an answer -> passages, cut where its structure allows
redaction     personal data out of Chinese text
front_ends    what chat front ends wrap around a customer's words
kinds         which of several kinds a text is of, told by written ones
intent        what a message is for: a question, a courtesy, a wish for a person
dialogues     L2: logs -> days -> redacted exchanges
changelog     L3: release tags -> what each release changed
chunks        the chunk: one record for all tiers, its Arrow schema
chunking      records -> chunks
warehouse     where every output lies; Parquet per tier and partition, quarantine beside it
conversation_log  what was asked and answered over HTTP, redacted, a file a day
drafts        FAQ entries drafted for what nobody answered, as they wait for a person
handoff_webhook  hand-offs reported to the company's help desk
embedding     text -> unit vectors, cached by text
versions      versions of the index, and the pointer to the published one
query         a question as typed -> the text and terms that are searched for
index         chunks and vectors -> the candidate
search        question -> records, scored and explained
asked_for     what kind of thing a question asks for
confidence    how sure a match is, in general; thresholds
reference     what that was fitted on
calibration   how sure it is for the embedding model and the FAQ at hand
followup      multi-turn questions searched for in context
tokens        how many tokens a text is for the language model
prompt        rules, fenced passages, token budget
ollama        the language model
stale         what a newer change makes wrong: FAQ entries and older changes
enrichment    help at index time: similar questions, customers' own wordings
current       FAQ entries, changes and findings as last pulled, with what people decided
version_questions  what is asked about releases
version_answers    what the published changes say to it
support       sentences checked against what they cite
granted       whether an entry's yes is one to what the customer names
answer_check  whether an entry that may be given answers the question, read once more
opposites     whether an entry tells how to do what the customer wants undone
vetoes        what keeps an entry from being given verbatim
direct        whether the first entry is
answer        the answer rules
evaluation    golden questions: found, answered, compared, reported
experiment    answers with and without the knowledge base, scored blind
checks        the gate
publish       the pointer flips, and back
pull          sources -> Parquet, one function a tier
refresh       tiers -> published index, one function a stage
dagster_server  a running Dagster, asked over GraphQL to read a release
forget        a customer, a conversation or a text gone from all that is kept
analytics     the conversation log in figures
drafting      what nobody answered -> drafted FAQ entries -> a file of the FAQ
gateway       HTTP: Ollama, OpenAI and MCP protocols, search
cli           the `sanku` command
"""
