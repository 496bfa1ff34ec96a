"""Multi-turn questions: told apart from questions that stand alone, and searched for in context.

turns       what was said before
leaning     how much a question leans on it, and by what signs
rewriting   what a message is for behind it, and the text that says it in full, by rules
by_model    the same by the language model, checked word by word
fusing      searches for several texts as one ranking
in_context  a question searched for together with what it leans on
"""

from pipelines.followup.by_model import rewritten_by_model
from pipelines.followup.in_context import InContext, search_in_context
from pipelines.followup.rewriting import chosen_item, intent_in, only_chooses
from pipelines.followup.turns import Turn, bare, last_reply

__all__ = [
    "InContext",
    "Turn",
    "bare",
    "chosen_item",
    "intent_in",
    "last_reply",
    "only_chooses",
    "rewritten_by_model",
    "search_in_context",
]
