// zh: 某地企业每年中标多少合同
// en: Contracts won by firms of a place, by year
// topic: contracts
// words: 逐年 趋势 中标 合同数 yearly trend contracts
// param place: place =  | 地区（名称或代码，空着是全国） | place (name or code; empty: the country)
// column year: 年份 | year
// column contracts: 合同数 | contracts
// column firms: 企业数 | firms
// column as_of: 最新的签订或公告日期 | newest
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 所在地没有写明的企业不在内。 | Firms whose place is not stated are left out.
MATCH (g:Region)<-[:LOCATED_IN]-(e:Enterprise)-[r:WON_CONTRACT]->(c:Contract)
WHERE g.code STARTS WITH $place AND coalesce(c.signed, r.as_of) IS NOT NULL
RETURN toString(coalesce(c.signed, r.as_of).year) AS year, count(DISTINCT c) AS contracts, count(DISTINCT e) AS firms,
  max(coalesce(c.signed, r.as_of)) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY year
