// zh: 某地企业披露的营业收入逐年中位数
// en: Median of the disclosed revenue of a place's firms, by year
// topic: trends
// words: 趋势 营收 中位数 逐年 revenue median trend
// param place: place =  | 地区（名称或代码，空着是全国） | place (name or code; empty: the country)
// column year: 年份 | year
// column median: 中位数（万元） | median (ten thousand CNY)
// column firms: 披露的企业数 | firms that disclosed it
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 各年披露的企业不同，不能直接比较；没有披露的不在内。 | Each year has other firms: not to be compared as such; what was not disclosed is left out.
MATCH (g:Region)<-[:LOCATED_IN]-(e:Enterprise)-[r:REPORTS_METRIC]->(:Metric {id: 'revenue'})
WHERE g.code STARTS WITH $place AND size(r.period) = 4
RETURN r.period AS year, round(percentileCont(r.value, 0.5) / 10000, 2) AS median, count(DISTINCT e) AS firms,
  max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY year
