// zh: 某地企业每年申请多少专利
// en: Patents filed by firms of a place, by year
// topic: technology
// words: 专利 申请 趋势 逐年 patents filed trend year
// param place: place =  | 地区（名称或代码，空着是全国） | place (name or code; empty: the country)
// column year: 申请年份 | year of filing
// column patents: 专利数 | patents
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 申请日没有写明的单列为“不详”；近两年的申请可能还没有公开。 | Patents without a day of filing are counted as unknown; filings of the last two years may not be published yet.
MATCH (g:Region)<-[:LOCATED_IN]-(e:Enterprise)-[r:OWNS_PATENT]->(p:Patent)
WHERE g.code STARTS WITH $place
RETURN coalesce(toString(p.filed.year), '不详') AS year, count(DISTINCT p) AS patents, count(DISTINCT e) AS firms,
  max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY year
