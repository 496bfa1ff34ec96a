"""Golden questions: what must be found and said, how well a version does, and whether it is better.

columns       the columns of a table of golden questions
strays        rows that no table holds
tables        golden questions as a Markdown table
golden        the questions, and the answers that they expect
ranking       where the expected records stand
answering     what is answered, and whether it is right
metrics       ranks -> recall, MRR, nDCG
intervals     means with the range in which they may lie; percentiles
significance  may the difference of two runs be chance?
figures       what became of the questions -> figures, by kind and by language
report        one version, measured
comparison    two measurements, question by question
models        the embedding model that a version was built with
trial         a version's chunks under another embedding model
history       the figures of every measurement, kept
charts        figures -> inline SVG
page          a measurement as one HTML file
"""
