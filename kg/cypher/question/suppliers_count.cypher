// zh: 各采购方有多少家供应商，按家数排列
// en: How many suppliers each buyer has
// topic: supply
// words: 供应商数量 家数 采购方 排名 number of suppliers
// column b: 采购方 | buyer
// column suppliers: 供应商数 | suppliers
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 只数披露过的供应商。 | Disclosed suppliers alone are counted.
MATCH (s:Enterprise)-[r:SUPPLIES]->(b:Enterprise)
RETURN b, count(DISTINCT s) AS suppliers, max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY suppliers DESC, b.name
