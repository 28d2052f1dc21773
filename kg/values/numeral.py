"""Numbers as Chinese texts write them: 一百二十三, 壹拾柒亿, 二〇一五, and full-width digits."""

from __future__ import annotations

from decimal import Decimal

HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) != "Ｏ"} | {0x3000: 0x20, 0xFFE5: 0xA5}
"""Full-width signs to ASCII ones, one for one: translating a text keeps all offsets (Ｏ stays, it stands for 〇)."""

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **dict.fromkeys("○Ｏ", 0),
    **dict.fromkeys("两貳", 2),
    **dict.fromkeys("叄參", 3),
    "陸": 6,
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
SCALES = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
SIGNS = "".join((*DIGITS, *TENS, *SCALES))


def chinese_number(text: str) -> Decimal | None:
    """The value of a Chinese numeral with tens and scales (壹拾柒亿叁仟万 → 1730000000); None where it is none."""
    total, section, digit, seen = 0, 0, 0, False
    for sign in text:
        if sign in DIGITS:
            if digit:
                return None  # written digit by digit, or no number at all
            digit, seen = DIGITS[sign], True
        elif sign in TENS:
            section += (digit or 1) * TENS[sign]
            digit, seen = 0, True
        elif sign in SCALES and seen:
            scale = SCALES[sign]
            section += digit
            # 一万亿: a smaller scale before a larger one is multiplied, else the parts are added
            total = (total + section) * scale if total < scale > 10_000 else total + section * scale
            section, digit = 0, 0
        else:
            return None
    return Decimal(total + section + digit) if seen else None


def chinese_digits(text: str) -> int | None:
    """A number written digit by digit (二〇一五 → 2015); None where a sign is no digit."""
    if not text or any(sign not in DIGITS for sign in text):
        return None
    return int("".join(str(DIGITS[sign]) for sign in text))
