"""What a requirement is about: the noun phrase of its title, without the words for what is to be done with it.

石灰回转窑用碱性耐火材料的研发 → 石灰回转窑用碱性耐火材料; 聚四氟乙烯软管内管成型技术 → 聚四氟乙烯软管内管.
"""

from __future__ import annotations

import re

from nlp.requirement.quantity import find_quantities
from nlp.text import normalise

_PART = re.compile(r"[。;；]|(?:^|(?<=[。;]))\s*\d{1,2}\s*[、.](?!\d)\s*")
_LEAD = re.compile(
    r"^(?:(?:关于|研[发制]|开发|寻[求找]|征集|建设|需[求要]|急需|如何|实现|提高|解决|设计|生产|年产[^\s的]{0,8}?(?=[\u4e00-\u9fff]{4})|"
    r"新型|一[种款类套]|"
    r"某[种型类]|(?:基于|面向|针对|围绕|用于|适用于|应用于|通过|采用)[^的]{1,24}的|(?:一种|某)?(?:高效|"
    r"先进|新型)(?=.{4}))\s*)+"
)
_DOING = (
    r"研究|研发|研制|开发|设计|应用|产业化|示范|推广|建设|建立|构建|制造|生产|制备|加工|成型|提取|"
    r"改造|优化|改进|改善|提升|创新|集成|攻关|"
    r"创制|创造|利用|选育|繁育|培育|合成|处理|治理|回收|焊接|锻造|铸造|打磨|检测|监测|分析|计算|评价|"
    r"预估|预测|拆分|控制|管理|去除|脱除|"
    r"中试|转化|升级|量产|综合|深度|关键|核心|成套|配套|技术|工艺|方法|方式|方案|措施|模式|机理|模型|"
    r"项目|需求|课题|工程|问题|难题|体系|产业链?|"
    r"标准|标准化|自动化|智能化|国产化|一体化|绿色化|系列化|规模化|资源化|无害化|能源化|信息化|智能制造|"
    r"清洁|高端|新|性能|质量|效率|寿命|防变形|热锻压|"
    r"表面|产品|系列|能量|受力|剪切|疲劳|刚度"
)
_TAIL = re.compile(
    rf"(?:[的之其及与和、,，/“”\"\s]|以及|并|中的?|上的?|过程|{_DOING}|[（(](?:[^（）()]*)[)）]|V?\d+(?:\.\d+)+|点)+$"
)
_USE = re.compile(r"^(?P<what>.{2,}?)(?:技术)?在.{2,}(?:中|上|领域|方面)?的?(?:.*应用.*)$")
_JOIN = re.compile(r"(?<=.{3})[、](?=.{3})")
_SHORTEST = 2
_NAMED = re.compile(r"^\s*(?:(?:项目|需求|课题|榜单|技术|难题|产品)?(?:名称|标题|题目)|题目)\s*:\s*")
_CLAUSE = re.compile(r"[,。;:!?\n]")
_LONGEST = 60


def products(title: str) -> list[str]:
    """The products that a title names, in order, each once; empty where it names none."""
    found: list[str] = []
    for part in _PART.split(normalise(title).text):
        name = _product(part.strip(' ,、:"“”'))
        if name and name not in found:
            found.append(name)
    return found


def headline(text: str) -> str:
    """What may serve as the title of a text that has none: its first clause, unless that is long or holds a figure."""
    plain = _NAMED.sub("", normalise(text.strip()[:400]).text)
    first = _CLAUSE.split(plain, maxsplit=1)[0].strip()
    return "" if len(first) > _LONGEST or any(find_quantities(first)) else first


def _product(title: str) -> str | None:
    if use := _USE.match(title):
        title = use["what"]
    name = _LEAD.sub("", title)
    while (shorter := _TAIL.sub("", name)) != name:
        # a single sign that is left belonged to the word that was taken off; nothing left means that none was named
        if len(shorter) == 1:
            break
        name = shorter
    return name.strip() if len(name.strip()) >= _SHORTEST else None
