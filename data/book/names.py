"""Invented names: branches, people, firms. Identity numbers and telephones that can belong to
nobody.

Identity numbers are of areas that do not exist (98 and 99), the organisation's number in a credit
code carries a wrong check sign, and telephones start with 12, which no Chinese mobile number does.
A few numbers in a thousand have a wrong check sign of their own, for the rule that looks for it.
"""

import numpy as np
from numpy.typing import NDArray

CITIES: dict[str, tuple[str, ...]] = {
    "Suzhou": ("Suzhou Park", "Suzhou Gusu", "Kunshan", "Wujiang"),
    "Nanjing": ("Nanjing Gulou", "Nanjing Jiangning"),
    "Wuxi": ("Wuxi Liangxi", "Wuxi Binhu"),
    "Hangzhou": ("Hangzhou West Lake", "Hangzhou Binjiang"),
    "Ningbo": ("Ningbo Yinzhou",),
    "Changzhou": ("Changzhou Xinbei",),
    "Nantong": ("Nantong Chongchuan",),
    "Shanghai": ("Shanghai Pudong",),
}
BRANCHES = tuple(branch for branches in CITIES.values() for branch in branches)
CITY_OF = {branch: city for city, branches in CITIES.items() for branch in branches}

CITY_ZH = {
    "Suzhou": "苏州",
    "Nanjing": "南京",
    "Wuxi": "无锡",
    "Hangzhou": "杭州",
    "Ningbo": "宁波",
    "Changzhou": "常州",
    "Nantong": "南通",
    "Shanghai": "上海",
}
INDUSTRY_ZH = {
    "C": "制造业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
}
"""GB/T 4754 sections."""

INDUSTRIES = tuple(INDUSTRY_ZH)
INDUSTRY_SHARES = (0.34, 0.10, 0.26, 0.07, 0.05, 0.06, 0.05, 0.04, 0.02, 0.01)

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建文辉力新宇晨曦嘉怡子涵梓轩"
    "浩然思雨佳琪俊豪雅婷志远海燕晓东国庆一鸣春梅冬雪天佑安琪若曦"
)
_FIRM_FIRST = "华恒瑞盛泰鑫宏润嘉祥隆达信诚安远博创立通源丰明康顺汇金广德天成中正"
_FIRM_TRADE = {
    "C": ("精密机械", "纺织", "电子科技", "新材料", "塑料制品", "汽车零部件"),
    "E": ("建筑工程", "装饰工程", "市政工程"),
    "F": ("贸易", "商贸", "供应链管理", "进出口"),
    "G": ("物流", "运输", "仓储服务"),
    "H": ("餐饮管理", "酒店管理"),
    "I": ("软件", "信息技术", "网络科技"),
    "K": ("置业", "物业服务"),
    "L": ("租赁", "企业管理", "人力资源"),
    "M": ("检测技术", "工程设计"),
    "N": ("环境工程", "水务"),
}

_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECK = np.array(list("10X98765432"), dtype="S1")
_MISTYPED = 2
"""Of a thousand numbers, those that carry a wrong check sign."""
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = np.array([3**place % 31 for place in range(17)])

Text = NDArray[np.object_]


def _picked(rng: np.random.Generator, signs: str, count: int) -> Text:
    return np.array(list(signs), dtype=object)[rng.integers(0, len(signs), count)]


def people(rng: np.random.Generator, count: int) -> Text:
    """Names of people: a surname and one or two given characters."""
    second = np.where(rng.random(count) < 0.72, _picked(rng, _GIVEN, count), "")
    return _picked(rng, _SURNAMES, count) + _picked(rng, _GIVEN, count) + second


def firms(rng: np.random.Generator, city: Text, industry: NDArray[np.int64]) -> Text:
    """Names of firms: city, two or three characters, trade, form."""
    count = len(city)
    third = np.where(rng.random(count) < 0.35, _picked(rng, _FIRM_FIRST, count), "")
    fancy = _picked(rng, _FIRM_FIRST, count) + _picked(rng, _FIRM_FIRST, count) + third
    trades = [_FIRM_TRADE[letter] for letter in INDUSTRIES]
    widths = np.array([len(words) for words in trades])
    offsets = np.cumsum(widths) - widths
    flat = np.array([word for words in trades for word in words], dtype=object)
    trade = flat[offsets[industry] + rng.integers(0, 1 << 30, count) % widths[industry]]
    return city + fancy + trade + "有限公司"


def _joined(*columns: NDArray[np.bytes_]) -> Text:
    """One text per row from columns of single signs or digits."""
    wide = np.concatenate([column.reshape(len(columns[0]), -1) for column in columns], axis=1)
    return np.ascontiguousarray(wide).view(f"S{wide.shape[1]}").ravel().astype(str).astype(object)


def _digits(values: NDArray[np.int64], width: int) -> NDArray[np.bytes_]:
    places = 10 ** np.arange(width - 1, -1, -1)
    return ((values[:, None] // places) % 10 + ord("0")).astype(np.uint8).view("S1")


def id_numbers(rng: np.random.Generator, count: int) -> Text:
    """Eighteen signs like a number of a resident of no area that exists; few fail the check."""
    area = 660_000 + rng.integers(320100, 330300, count)
    born = rng.integers([1955, 1, 1], [2001, 13, 29], (count, 3))
    birth = born @ np.array([10_000, 100, 1])
    order = rng.integers(1, 1000, count)
    body = np.concatenate([_digits(area, 6), _digits(birth, 8), _digits(order, 3)], axis=1)
    weighted = (body.view(np.uint8).astype(np.int64) - ord("0")) @ _ID_WEIGHTS
    off = np.where(order <= _MISTYPED, rng.integers(1, 11, count), 0)
    return _joined(body, _ID_CHECK[(weighted + off) % 11])


def credit_codes(rng: np.random.Generator, count: int) -> Text:
    """Eighteen signs like a firm's unified social credit code, of no organisation; few fail the
    check.

    The organisation's own number within it (GB 11714) ends in a check sign that is wrong.
    """
    body = rng.integers(0, 31, (count, 17))
    body[:, 0], body[:, 1] = 9, 1
    body[:, 2:8] = 3, 2, 0, 5, 0, 0
    # The eight signs of its number are figures, whose values the two standards share.
    body[:, 8:16] %= 10
    own = (11 - (body[:, 8:16] @ _ORGANISATION_WEIGHTS) % 11) % 11
    body[:, 16] = (own + 1 + body[:, 16] % 8) % 10
    right = (31 - (body @ _CODE_WEIGHTS) % 31) % 31
    signs = np.array(list(_CODE_SIGNS), dtype="S1")
    mistyped = body[:, 13:16] @ np.array([100, 10, 1]) < _MISTYPED
    off = np.where(mistyped, rng.integers(1, 31, count), 0)
    return _joined(signs[body], signs[(right + off) % 31])


def telephones(rng: np.random.Generator, count: int) -> Text:
    """Eleven digits that start with 12: no operator has that prefix."""
    return _joined(_digits(12 * 10**9 + rng.integers(0, 10**9, count), 11))
