// zh: 研发投入占营业收入的比例，由披露的两个数算得
// en: R&D as a share of revenue, reckoned from the two figures that were disclosed
// topic: figures
// words: 研发 强度 占比 投入 R&D research intensity
// param year: year = 2025 | 年份 | year
// column e: 企业 | firm
// column percent: 研发投入占比（%） | R&D share in percent
// column as_of: 较旧的依据日期 | older of the two sources
// column fact: 依据（研发、收入） | evidence (R&D, revenue)
// unknown: 两个数缺一个的企业不在内。 | Firms that disclosed only one of the two are left out.
MATCH (e:Enterprise)-[a:REPORTS_METRIC {period: toString($year)}]->(:Metric {id: 'rd_expense'})
MATCH (e)-[b:REPORTS_METRIC {period: toString($year)}]->(:Metric {id: 'revenue'})
WHERE b.value > 0
RETURN e, round(100 * a.value / b.value, 2) AS percent,
  CASE WHEN a.as_of < b.as_of THEN a.as_of ELSE b.as_of END AS as_of, [a.fact, b.fact] AS fact
ORDER BY percent DESC
