"""Check digits and number plans: what tells an identifier from any other run of digits."""

from datetime import date

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_luhn(digits: str) -> bool:
    """Tell whether the last of `digits` is the Luhn check digit of the others (ISO/IEC 7812)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_resident_id(number: str) -> bool:
    """Tell whether `number` has a resident ID's province and birth date (18 or 15 characters)."""
    if number[:2] not in _PROVINCES:
        return False
    if len(number) == 18:
        return number[:17].isdigit() and _is_date(number[6:10], number[10:12], number[12:14])
    return len(number) == 15 and _is_date("19" + number[6:8], number[8:10], number[10:12])


def has_id_check_digit(number: str) -> bool:
    """Tell whether the 18th character is the one GB 11643 demands (ISO 7064 MOD 11-2)."""
    total = sum(int(char) * weight for char, weight in zip(number, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def is_uscc(code: str) -> bool:
    """Tell whether `code` is a unified social credit code (GB 32100, modulus 31)."""
    code = code.upper()
    if len(code) != 18 or len(set(code)) == 1 or any(char not in _USCC_ALPHABET for char in code):
        return False
    total = sum(
        _USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17])
    )
    return (31 - total % 31) % 31 == _USCC_ALPHABET.index(code[17])


def is_hong_kong_id(letters: str, digits: str, check: str) -> bool:
    """Tell whether `check` closes a Hong Kong identity card number (1 or 2 letters, 6 digits)."""
    values = [36] * (2 - len(letters)) + [ord(char) - 55 for char in letters.upper()]
    values += [int(char) for char in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0A987654321"[total % 11] == check.upper()


def is_bank_card(digits: str) -> bool:
    """Tell whether `digits` is a card number by its issuer's prefix and Luhn, or UnionPay's `62`.

    Of UnionPay numbers many in circulation, and most in test data, fail Luhn.
    """
    if digits.startswith("62") and 16 <= len(digits) <= 19:
        return True
    if not 13 <= len(digits) <= 19 or not is_luhn(digits):
        return False
    return {
        13: digits[0] == "4",
        14: digits[:2] in {"30", "36", "38"},
        15: digits[:2] in {"34", "37"},
        16: digits[0] in "45" or digits[:2] in {"35", "60", "65", "22", "23", "24", "25", "26"},
    }.get(len(digits), digits[:2] in {"62", "60", "68", "69", "90", "94", "95", "43", "45", "52"})


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2035
    except ValueError:
        return False
