// zh: 前五大客户占比超过多少的企业
// en: Firms whose five largest customers take more than a share
// topic: figures
// words: 客户集中度 前五大客户 依赖 风险 customer concentration top five
// param percent: number = 50 | 超过百分之几 | more than so many percent
// column e: 企业 | firm
// column percent: 占比（%） | share in percent
// column period: 期间 | period
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有披露的企业不在内，不等于不集中。 | Firms that did not disclose it are left out, which does not mean that they depend on few.
MATCH (e:Enterprise)-[r:REPORTS_METRIC]->(:Metric {id: 'top5_customers_ratio'})
WHERE r.value > $percent
RETURN e, r.value AS percent, r.period AS period, r.as_of AS as_of, r.fact AS fact
ORDER BY percent DESC, e.name
