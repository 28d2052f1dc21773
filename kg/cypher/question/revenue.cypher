// zh: 某年营业收入，从高到低
// en: Revenue of a year, the highest first
// topic: figures
// words: 营业收入 营收 规模 排名 revenue ranking
// param year: year = 2025 | 年份 | year
// column e: 企业 | firm
// column revenue: 营业收入（元） | revenue (CNY)
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有披露该年收入的企业不在内。 | Firms that did not disclose the year's revenue are left out.
MATCH (e:Enterprise)-[r:REPORTS_METRIC {period: toString($year)}]->(:Metric {id: 'revenue'})
RETURN e, r.value AS revenue, r.as_of AS as_of, r.fact AS fact
ORDER BY revenue DESC
