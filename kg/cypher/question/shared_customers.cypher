// zh: 哪些企业与某企业有共同的客户
// en: Firms that share customers with a firm
// topic: supply
// words: 共同客户 同行 竞争 替代 customers in common competitor peer
// param firm: text = 昀钢 | 企业名称里的字 | part of the firm's name
// column other: 企业 | firm
// column customers: 共同的客户数 | customers in common
// column names: 共同的客户 | who they are
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 没有披露的客户不在内。 | Customers that nobody disclosed are left out.
MATCH (e:Enterprise)-[:SUPPLIES]->(b:Enterprise)<-[r:SUPPLIES]-(other:Enterprise)
WHERE e.name CONTAINS $firm AND other <> e
RETURN other, count(DISTINCT b) AS customers, collect(DISTINCT b)[..5] AS names, max(r.as_of) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
ORDER BY customers DESC, other.name
