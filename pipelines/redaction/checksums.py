"""Check digits and number plans: what tells an identifier from any other run of digits."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

from datetime import date

_PROVINCES = frozenset(
    """
    11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65
    71 81 82 83 91
    """.split()
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_LONG_CARDS = ("62", "60", "68", "69", "90", "94", "95", "43", "45", "52")
_ISSUERS = {
    13: ("4",),
    14: ("30", "36", "38"),
    15: ("34", "37"),
    16: ("4", "5", "35", "60", "65", "22", "23", "24", "25", "26"),
    17: _LONG_CARDS,
    18: _LONG_CARDS,
    19: _LONG_CARDS,
}


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
    values = [_USCC_VALUES.get(char, -1) for char in code]
    if len(values) != 18 or len(set(values)) == 1 or min(values) < 0:
        return False
    return (sum(map(int.__mul__, values, _USCC_WEIGHTS)) + values[17]) % 31 == 0


def is_hong_kong_id(letters: str, digits: str, check: str) -> bool:
    """Tell whether `check` closes a Hong Kong identity card number (1 or 2 letters, 6 digits)."""
    values = [36] * (2 - len(letters)) + [ord(char) - 55 for char in letters.upper()]
    values += [int(char) for char in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0A987654321"[total % 11] == check.upper()


def is_taiwan_id(number: str) -> bool:
    """Tell whether `number` (a letter and nine digits) closes with its check digit."""
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0].upper()) + 10
    digits = [place // 10, place % 10, *map(int, number[1:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(map(int.__mul__, digits, weights)) % 10 == 0


def is_bank_card(digits: str) -> bool:
    """Tell whether `digits` is a card number by its issuer's prefix and Luhn, or UnionPay's `62`.

    Of UnionPay numbers many in circulation, and most in test data, fail Luhn.
    """
    if digits.startswith("62") and 16 <= len(digits) <= 19:
        return True
    prefixes = _ISSUERS.get(len(digits))
    return prefixes is not None and digits.startswith(prefixes) and is_luhn(digits)


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2035
    except ValueError:
        return False
