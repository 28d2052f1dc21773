"""Which sentences of a requirement ask for something, and which tell how things stand.

Requirements are written in sections (需求内容, 预期目标, 现有工作基础, 项目预算) and, inside them, in sentences that
compare the wanted with the present (目前 … 需 …). A figure is a target only where something is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

ASKED, OPEN, TOLD = 2, 1, 0
"""A sentence that asks; one that may; one that tells what is there."""

_NUMBERING = r"(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-hA-H]|[①-⑳])[)、.:.]{1,2}\s*(?:\d\s*[.、]\s*)?)?"
_HEAD = (
    (
        TOLD,
        r"(?:现有|已有|目前|当前|前期)?(?:的)?(?:工作|研究|技术|研发|条件)?基础(?:条件|情况)?|现状|(?:项目|"
        r"技术|研究)?背景|概[况述]|(?:项目)?(?:经费)?预算|(?:资金|经费|研发)投入|投资|"
        r"(?:公司|企业|单位|项目)(?:简介|概况|介绍|情况)|存在(?:的)?(?:主要)?问题|(?:经济|社会|生态)?效益|"
        r"市场(?:前景|分析|需求)?|合作(?:方式|方案|单位)|"
        r"(?:现有|已有)(?:工作|技术|条件|情况|设备)|目前(?:情况|进展|状况)|(?:项目)?进(?:度|展)|联系人|"
        r"(?:完成|实施)?(?:期|时)限|实施周期",
    ),
    (
        ASKED,
        r"(?:预期|项目|研究|具体|总体|技术|任务|主要|合作|拟达到的?|要求达到的?)*(?:目标|指标|要求|参数|"
        r"成果)(?:任务|如下)*|"
        r"(?:主要|具体|技术|需求)*(?:需求|难题|问题)(?:内容|说明|描述)?(?:及[^:\n]{0,8})?|(?:需求|研究|"
        r"研发|主要)内容|"
        r"(?:希望|拟|预计|需要?)(?:解决|达到)的?[^:\n。,]{0,10}|达到(?:的)?(?:目标|目的|效果|要求)|[^\n。;:,]{0,24}(?:指标|"
        r"要求|需求|目标|目的|参数|性能|效果)(?:如下|为)?(?=\s*:|[ \t]*(?:\n|$))|(?:质量|性能|工艺|设计)要求|"
        r"(?:主要)?(?:技术|性能|考核|经济)+(?:指标|参数)(?:要求)?",
    ),
)
_SECTION = re.compile(
    rf"(?:^|(?<=[\n。;]))[ \t]*{_NUMBERING}[ \t]*(?:(?P<told>{_HEAD[0][1]})|(?P<asked>{_HEAD[1][1]}))"
    rf"(?:\([^)\n]*\))?(?:\s*[:](?![:\d])|[ \t]*(?=\n|$)|\s*(?=[1(①]))"
)
_TELLS = re.compile(
    r"目前|现有|现在|当前|现行|现(?=[用为场采])|已(?!知)|[研开]发了|用在|主要用|可以?(?=减少|降低|"
    r"提高|节约)|相对于|(?<![比较])传统|通常|常常|往往|普通的|(?<![比较])常规|由于|无法|表明|我国|"
    r"国内|据[统测核了]|(?<![是比较])原[来有先](?!料)|以往|世界|全球|"
    r"现阶段|近年|(?:公司|我司|企业|单位|集团|本?院|团队|中心)(?:现?拥?有|年产|占地|成立|总?投资|"
    r"是)|拥有|位于|我(?:公司|司|厂|院|们|单位)(?!需|要|希望|拟|计划|急)|占地|员工|职工|曾|每年(?:约|"
    r"可|消耗|产生)|如果|例如|比如|主要(?:应用|用于)|"
    r"存在|投入|预算|资金|经费|自筹|利润|产值|销售|税|左右的?(?:企业|厂家)"
)
_ASKS = re.compile(
    r"需(?!求|要?\s?$)|(?:^|(?<=[。,;:\n]))\s*需求(?!内容|说明)|(?<=[现急])需求|要求|(?<![反响效适供感对相])应(?![用对力变急])|"
    r"必须|务必|目标|指标|希望|预期|期望|使其|力争|计划|进一步|有待|拟(?!合|定)|不[得能可]|确保|保证|"
    r"[降减缩][低少短]?[至到为]|(?:提高|提升|增加|延长)[到至]"
)
_MEANS = re.compile(r"实现|开发|研发|研制|解决|(?<!可)达到")
_BREAK = re.compile(r"[。;\n!?]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The sections of one text (NFKC form); asks for a figure by its offset."""

    text: str
    starts: tuple[int, ...]
    kinds: tuple[int, ...]

    def at(self, offset: int) -> int:
        """ASKED, OPEN or TOLD for the figure at an offset."""
        section = self.kinds[bisect_right(self.starts, offset) - 1]
        if section == TOLD:
            return TOLD
        before = self.text[self._sentence(offset) : offset]
        tells = [hit.end() for hit in _TELLS.finditer(before)]
        asks = [hit.end() for hit in _ASKS.finditer(before)]
        if tells and not (asks and asks[-1] > tells[-1]):
            return TOLD
        return ASKED if asks or section == ASKED or _MEANS.search(before) else OPEN

    def _sentence(self, offset: int) -> int:
        start = 0
        for hit in _BREAK.finditer(self.text, max(0, offset - 400), offset):
            start = hit.end()
        return start or max(0, offset - 400)


def wanted(text: str) -> Wanted:
    """Divide a text into its sections."""
    starts, kinds = [0], [OPEN]
    for hit in _SECTION.finditer(text):
        starts.append(hit.end())
        kinds.append(TOLD if hit["told"] else ASKED)
    return Wanted(text, tuple(starts), tuple(kinds))
