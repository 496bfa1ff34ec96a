"""The week's unanswered questions, each with a drafted FAQ entry for a person to accept.

gaps      what customers asked most and nobody answered, with its draft where there is one
passages  what the index holds on a question
writing   passages -> an answer: the model's checked sentences, or the best passage
make      gaps -> drafts
accept    a draft that a person accepted -> a file of the FAQ
"""
