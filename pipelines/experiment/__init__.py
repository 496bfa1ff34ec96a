"""The same questions answered with and without the knowledge base, and which answers are better.

pairs      a question's two answers, and which of them is shown as A
questions  which golden questions are asked, and what is known to be right
answering  both answers by the same model
folder     everything of one experiment, kept as it comes
scores     1 to 5 for accuracy, relevance and tone
sheet      answers to be scored as CSV, and the CSV filled in
judging    a model as judge, asked in both orders
figures    scores -> means, wins, and whether that may be chance
page       the page on which a person scores, and the report
"""
