"""Staff numbers of 云雀协作: `YQ` and six digits, such as YQ204817. Customers quote them."""

from presidio_analyzer import Pattern, PatternRecognizer

# What a placeholder is called: YQ204817 becomes 〈工号1〉.
LABEL = "工号"

recognizer = PatternRecognizer(
    supported_entity="STAFF_NUMBER",
    supported_language="zh",
    patterns=[
        # Not `\b`: between a Chinese character and a letter there is none.
        Pattern("with its letters", r"(?<![0-9A-Za-z])YQ[ -]?[0-9]{6}(?![0-9A-Za-z])", 0.9),
        # Six bare digits are anything; under 0.35 they count only beside a context word.
        Pattern("bare digits", r"(?<![0-9A-Za-z.])[0-9]{6}(?![0-9A-Za-z.])", 0.2),
    ],
    context=["工号", "员工号", "staff number"],
)
