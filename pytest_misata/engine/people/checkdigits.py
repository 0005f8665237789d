"""Check digits of national numbers and accounts: for all but the check digits of a number, those that make it valid.

Each is tested against the library python-stdnum. A check that comes out as a digit that does not exist is None: numbers
that begin so are not given out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Check = Callable[[str], str | None]
F = TypeVar("F", bound=Check)

CHECKS: dict[str, Check] = {}
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _check(name: str) -> Callable[[F], F]:
    def register(function: F) -> F:
        CHECKS[name] = function
        return function

    return register


def _sum(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _weighted(name: str, weights: Sequence[int], modulus: int, write: Callable[[int], str | None]) -> None:
    """Register a check on the weighted sum of the digits modulo a number; `write` gets the rest."""
    CHECKS[name] = lambda digits: write(_sum(digits.zfill(len(weights)), weights) % modulus)


def _below_ten(value: int) -> str | None:
    return None if value > 9 else str(value)


_weighted("mod11_9_2", range(9, 1, -1), 11, _below_ten)
_weighted("mod11_9_2_zero", range(9, 1, -1), 11, lambda rest: str((11 - rest) % 11 % 10))
_weighted("pl_nip", (6, 5, 7, 2, 3, 4, 5, 6, 7), 11, _below_ten)
_weighted("pl_regon", (8, 9, 2, 3, 4, 5, 6, 7), 11, lambda rest: str(rest % 10))
_weighted("cz_ico", range(8, 1, -1), 11, lambda rest: str(((11 - rest) % 11 or 1) % 10))
_weighted("hu_anum", (9, 7, 3, 1, 9, 7, 3), 10, lambda rest: str(-rest % 10))
_weighted("ro_cui", (7, 5, 3, 2, 1, 7, 5, 3, 2), 11, lambda rest: str(rest * 10 % 11 % 10))
_weighted("gr_vat", (256, 128, 64, 32, 16, 8, 4, 2), 11, lambda rest: str(rest % 10))
_weighted("fi_ytunnus", (7, 9, 10, 5, 8, 4, 2), 11, lambda rest: _below_ten(-rest % 11))
_weighted("dk_cvr", (2, 7, 6, 5, 4, 3, 2), 11, lambda rest: _below_ten(-rest % 11))
_weighted("no_orgnr", (3, 2, 7, 6, 5, 4, 3, 2), 11, lambda rest: _below_ten(-rest % 11))
_weighted("ch_uid", (5, 4, 3, 2, 7, 6, 5, 4), 11, lambda rest: _below_ten(-rest % 11))
_weighted("ie_vat", range(8, 1, -1), 23, lambda rest: "WABCDEFGHIJKLMNOPQRSTUV"[rest])
_weighted("gb_vat", range(8, 1, -1), 97, lambda rest: f"{-rest % 97:02}")
_weighted("ar_cuit", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 11, lambda rest: "012345678990"[11 - rest])
_weighted("th_pin", range(13, 1, -1), 11, lambda rest: str((11 - rest) % 10))
_weighted("vn_mst", (31, 29, 23, 19, 17, 13, 7, 5, 3), 11, lambda rest: _below_ten(10 - rest))
_weighted("au_acn", range(8, 0, -1), 10, lambda rest: str(-rest % 10))
_weighted("co_nit", (41, 37, 29, 23, 19, 17, 13, 7, 3), 11, lambda rest: "01987654321"[rest])
_weighted("jp_cn", (2, 1) * 6, 9, lambda rest: str(9 - rest))
_weighted("au_abn", range(3, 20, 2), 89, lambda rest: str(11 + (-rest - 1) % 89))


_weighted("imo", range(7, 1, -1), 10, str)
_LETTERS_OF_BOXES = dict(zip(_BASE_36[10:], (value for value in range(10, 39) if value % 11), strict=True))


@_check("iso6346")
def iso6346(number: str) -> str:
    """ISO 6346: letters count from ten on without multiples of eleven, each place twice as much as the one before."""
    values = [_LETTERS_OF_BOXES.get(mark) or int(mark) for mark in number]
    return str(sum(value << at for at, value in enumerate(values)) % 11 % 10)


@_check("luhn")
def luhn(digits: str) -> str:
    """ISO/IEC 7812: the digit that makes the sum a multiple of ten, every second one counted double."""
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits))]
    return str(-sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10)


@_check("ean")
def ean(digits: str) -> str:
    """GS1 General Specifications, 7.9: weights 3 and 1 from the right."""
    return str(-sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits))) % 10)


@_check("mod11_10")
def mod11_10(digits: str) -> str:
    """ISO/IEC 7064, MOD 11,10."""
    product = 10
    for digit in digits:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return str((11 - product) % 10)


@_check("verhoeff")
def verhoeff(digits: str) -> str:
    """Verhoeff's code over the dihedral group of order ten (1969)."""
    interim = 0
    for at, digit in enumerate(reversed(digits), start=1):
        interim = _times(interim, int(_permuted(at % 8, int(digit))))
    return str(next(digit for digit in range(10) if _times(interim, digit) == 0))


def _times(one: int, other: int) -> int:
    turned, mirrored = one % 5, one // 5
    if mirrored:
        return (turned - other) % 5 + 5 if other < 5 else (turned - other) % 5
    return (turned + other) % 5 + (5 if other > 4 else 0)


def _permuted(times: int, digit: int) -> int:
    for _ in range(times):
        digit = int("1576283094"[digit])
    return digit


@_check("at_uid")
def _at_uid(digits: str) -> str:
    doubled = [int(digit) * (2 if at % 2 == 1 else 1) for at, digit in enumerate(reversed(digits))]
    return str((6 - sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10)


@_check("es_dni")
def _es_dni(digits: str) -> str:
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23]


@_check("es_cif")
def _es_cif(number: str) -> str:
    return luhn(number[1:])


@_check("fr_vat")
def _fr_vat(digits: str) -> str:
    siren = digits + luhn(digits)
    return f"{(12 + 3 * int(siren)) % 97:02}{siren[-1]}"


@_check("be_vat")
def _be_vat(digits: str) -> str:
    return f"{97 - int(digits) % 97:02}"


@_check("be_account")
def _be_account(digits: str) -> str:
    return f"{int(digits) % 97 or 97:02}"


@_check("bg_vat")
def _bg_vat(digits: str) -> str:
    first = _sum(digits, range(1, 9)) % 11
    return str(first if first < 10 else _sum(digits, range(3, 11)) % 11 % 10)


@_check("ua_edrpou")
def _ua_edrpou(digits: str) -> str:
    middle = 3_000_000 < int(digits) < 6_000_000
    first = _sum(digits, (7, 1, 2, 3, 4, 5, 6) if middle else range(1, 8)) % 11
    return str(first if first < 10 else _sum(digits, (9, 3, 4, 5, 6, 7, 8) if middle else range(3, 10)) % 11 % 10)


@_check("tr_vkn")
def _tr_vkn(digits: str) -> str:
    total = 0
    for at, digit in enumerate(digits):
        shifted = (int(digit) + 9 - at) % 10
        total += (shifted * 2 ** (9 - at) % 9 or 9) if shifted else 0
    return str(-total % 10)


@_check("tr_tckn")
def _tr_tckn(digits: str) -> str:
    numbers = [int(digit) for digit in digits]
    first = (sum(numbers[::2]) * 7 - sum(numbers[1::2])) % 10
    return f"{first}{(sum(numbers) + first) % 10}"


@_check("br_cpf")
def _br_cpf(digits: str) -> str:
    first = _sum(digits, range(10, 1, -1)) * 10 % 11 % 10
    return f"{first}{_sum(f'{digits}{first}', range(11, 1, -1)) * 10 % 11 % 10}"


@_check("br_cnpj")
def _br_cnpj(digits: str) -> str:
    first = _sum(digits, (5, 4, 3, 2, *range(9, 1, -1))) * 10 % 11 % 10
    return f"{first}{_sum(f'{digits}{first}', (6, 5, 4, 3, 2, *range(9, 1, -1))) * 10 % 11 % 10}"


@_check("cl_rut")
def _cl_rut(digits: str) -> str:
    rest = sum(int(digit) * (at % 6 + 2) for at, digit in enumerate(reversed(digits))) % 11
    return "0K987654321"[rest]


@_check("in_gstin")
def _in_gstin(text: str) -> str:
    total = 0
    for at, letter in enumerate(reversed(text)):
        value = _BASE_36.index(letter) * (2 if at % 2 == 0 else 1)
        total += value // 36 + value % 36
    return _BASE_36[-total % 36]


@_check("cn_uscc")
def _cn_uscc(text: str) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return letters[-sum(letters.index(letter) * pow(3, at, 31) for at, letter in enumerate(text)) % 31]


@_check("kr_brn")
def _kr_brn(digits: str) -> str:
    return str(-(_sum(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5)) + int(digits[8]) * 5 // 10) % 10)


@_check("tw_ubn")
def _tw_ubn(digits: str) -> str:
    products = [int(digit) * weight for digit, weight in zip(digits, (1, 2, 1, 2, 1, 2, 4), strict=True)]
    return str(-sum(product // 10 + product % 10 for product in products) % 10)


@_check("nz_ird")
def _nz_ird(digits: str) -> str | None:
    padded = digits.zfill(8)
    first = -_sum(padded, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return _below_ten(first if first < 10 else -_sum(padded, (7, 4, 3, 2, 5, 2, 7, 6)) % 11)


@_check("pl_bank")
def _pl_bank(digits: str) -> str:
    return str(-_sum(digits[:7], (3, 9, 7, 1, 3, 9, 7)) % 10)


@_check("es_ccc")
def _es_ccc(digits: str) -> str:
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    rests = [11 - _sum(part, weights) % 11 for part in (f"00{digits[:8]}", digits[8:])]
    return "".join({10: "1", 11: "0"}.get(rest, str(rest)) for rest in rests)


@_check("fr_rib")
def _fr_rib(digits: str) -> str:
    bank, branch, account = int(digits[:5]), int(digits[5:10]), int(digits[10:])
    return f"{97 - (89 * bank + 15 * branch + 3 * account) % 97:02}"


@_check("pt_nib")
def _pt_nib(digits: str) -> str:
    return f"{98 - int(f'{digits}00') % 97:02}"


@_check("it_cin")
def _it_cin(digits: str) -> str:
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
    total = sum(odd[int(digit)] if at % 2 == 0 else int(digit) for at, digit in enumerate(digits))
    return chr(ord("A") + total % 26)


def iban_of(code: str, account: str) -> str:
    """ISO 13616: check digits that make the number 1 modulo 97, letters counted from 10 and the code behind it."""
    as_digits = "".join(str(_BASE_36.index(letter)) for letter in f"{account}{code}00")
    return f"{code}{98 - int(as_digits) % 97:02}{account}"


_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))


def vin(characters: str) -> str:
    """The ninth character of a vehicle identification number: 49 CFR 565.15(c), by the other sixteen."""
    values = [_VIN_VALUES[character] for character in characters]
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)
