// zh: 各发包方发了多少合同
// en: Contracts by who let them
// topic: contracts
// words: 采购方 发包 合同数 中标 buyer contracts count
// param after: day = 2020-01-01 | 在这一天以后 | after this day
// column b: 发包方 | let by
// column contracts: 合同数 | contracts
// column million: 已披露的人民币金额合计（万元） | disclosed amounts in CNY, in units of ten thousand
// column without: 金额没有披露的 | without an amount
// column as_of: 最新的签订或公告日期 | newest
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 金额没有披露的合同数单列，不计入合计；外币不折算。 | Contracts without an amount are counted apart and not added; other currencies are not converted.
MATCH (e:Enterprise)-[r:WON_CONTRACT]->(c:Contract)-[:LET_BY]->(b:Enterprise)
WHERE r.role = 'lead' AND coalesce(c.signed, r.as_of) > date($after)
WITH b, c, max(coalesce(c.signed, r.as_of)) AS on_day, collect(r.fact)[0] AS fact
RETURN b, count(c) AS contracts,
  round(sum(CASE WHEN coalesce(c.currency, 'CNY') = 'CNY' THEN c.amount_max END) / 10000, 2) AS million,
  sum(CASE WHEN c.amount_max IS NULL THEN 1 ELSE 0 END) AS without, max(on_day) AS as_of, collect(fact)[..3] AS fact
ORDER BY contracts DESC, b.name
