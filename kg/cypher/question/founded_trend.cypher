// zh: 某地的企业是哪些年成立的
// en: Firms of a place by the year in which they were founded
// topic: trends
// words: 成立 年龄 新设 企业年限 founded age start
// param place: place =  | 地区（名称或代码，空着是全国） | place (name or code; empty: the country)
// column year: 成立年份 | year of founding
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 成立日期没有写明的企业单列为“不详”。 | Firms without a stated day of founding are counted as unknown.
MATCH (g:Region)<-[l:LOCATED_IN]-(e:Enterprise)
WHERE g.code STARTS WITH $place AND l.valid_to IS NULL
RETURN coalesce(toString(e.founded.year), '不详') AS year, count(DISTINCT e) AS firms, max(l.as_of) AS as_of,
  collect(DISTINCT l.fact)[..3] AS fact
ORDER BY year
