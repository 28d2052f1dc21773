// zh: 某企业历年披露的指标
// en: Figures that a firm disclosed, by year
// topic: figures
// words: 指标 历年 财务 企业 metrics history
// param firm: text = 砺岚 | 企业名称里的字 | part of the firm's name
// column e: 企业 | firm
// column metric: 指标 | metric
// column period: 期间 | period
// column scope: 口径 | scope
// column value: 数值 | value
// column unit: 单位 | unit
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有披露的期间不在内，不是零。 | Periods that were not disclosed are left out; they are not zero.
MATCH (e:Enterprise)-[r:REPORTS_METRIC]->(m:Metric)
WHERE e.name CONTAINS $firm
RETURN e, coalesce(m.name, m.id) AS metric, r.period AS period, r.scope AS scope, r.value AS value, r.unit AS unit,
  r.as_of AS as_of, r.fact AS fact
ORDER BY e.name, metric, period DESC
