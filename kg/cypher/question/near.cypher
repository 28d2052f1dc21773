// zh: 两家企业之间最短的联系
// en: The shortest connection between two firms
// topic: supply
// words: 关系 联系 路径 关联 connection shortest path
// param a: text = 榫道 | 一家名称里的字 | part of one name
// param b: text = 砺岚 | 另一家名称里的字 | part of the other name
// column p: 路径 | path
// column steps: 步数 | steps
// column as_of: 最旧的依据日期 | oldest source on the way
// column fact: 依据 | evidence
// unknown: 没有载入的来源里可能有更短的联系。 | Sources that were not loaded may hold a shorter one.
MATCH (a:Enterprise), (b:Enterprise)
WHERE a.name CONTAINS $a AND b.name CONTAINS $b AND a.id <> b.id
MATCH p = SHORTEST 1 (a)-[:PRODUCES|SUPPLIES|OWNS_PATENT|ABOUT|LOCATED_IN]-+(b)
RETURN p, length(p) AS steps, reduce(low = null, r IN relationships(p) |
  CASE WHEN low IS NULL OR r.as_of < low THEN coalesce(r.as_of, low) ELSE low END) AS as_of,
  [r IN relationships(p) | r.fact] AS fact
ORDER BY steps
LIMIT 10
