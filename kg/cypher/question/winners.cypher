// zh: 哪些企业中标最多
// en: Firms that won most contracts
// topic: contracts
// words: 中标 排名 最多 企业 winners ranking
// param after: day = 2020-01-01 | 在这一天以后 | after this day
// column e: 企业 | firm
// column contracts: 合同数（联合体成员也算） | contracts (members of consortia too)
// column buyers: 发包方数 | who let them
// column as_of: 最新的签订或公告日期 | newest
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 只数公告过的合同；金额不相加，因为联合体成员各自带着全额。 | Announced contracts alone; amounts are not added, as members of a consortium each carry the whole sum.
MATCH (e:Enterprise)-[r:WON_CONTRACT]->(c:Contract)
WHERE coalesce(c.signed, r.as_of) > date($after)
OPTIONAL MATCH (c)-[:LET_BY]->(b:Enterprise)
RETURN e, count(DISTINCT c) AS contracts, count(DISTINCT b) AS buyers, max(coalesce(c.signed, r.as_of)) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
ORDER BY contracts DESC, e.name
