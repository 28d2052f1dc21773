// zh: 各采购方的供货集中在最大一家的比例
// en: How far the supplies of a buyer are concentrated on one supplier
// topic: supply
// words: 集中度 最大供应商 占比 依赖 concentration largest supplier share
// column b: 采购方 | buyer
// column percent: 最大一家的条数占比（%） | share of the largest, in percent of relations
// column relations: 供应关系条数 | relations
// column supplier: 最大的一家 | the largest
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 按披露的供应关系条数算，不是金额：金额大多没有披露。 | Counted by disclosed relations, not by money, which is seldom disclosed.
MATCH (s:Enterprise)-[r:SUPPLIES]->(b:Enterprise)
WITH b, s, count(r) AS n, max(r.as_of) AS newest, collect(DISTINCT r.fact) AS facts
ORDER BY n DESC, s.name
WITH b, collect({s: s, n: n, facts: facts}) AS by, sum(n) AS relations, max(newest) AS as_of
WHERE relations > 1
RETURN b, round(100.0 * by[0].n / relations, 1) AS percent, relations, by[0].s AS supplier, as_of, by[0].facts[..3] AS fact
ORDER BY percent DESC, relations DESC, b.name
