// zh: 某企业的下游，最多两层
// en: Whom a firm supplies, and whom these supply
// topic: supply
// words: 下游 产业链 传导 两层 downstream two steps
// param firm: text = 昀钢 | 企业名称里的字 | part of the firm's name
// column path: 路径 | path
// column b: 到哪家 | reaches
// column steps: 层数 | steps
// column as_of: 最旧的依据日期 | oldest source on the way
// column fact: 依据 | evidence
// unknown: 没有披露的供应关系不在内。 | Relations of supply that nobody disclosed are left out.
MATCH path = (e:Enterprise)-[:SUPPLIES]->{1,2}(b:Enterprise)
WHERE e.name CONTAINS $firm AND e <> b
RETURN path, b, length(path) AS steps, reduce(low = null, r IN relationships(path) |
  CASE WHEN low IS NULL OR r.as_of < low THEN coalesce(r.as_of, low) ELSE low END) AS as_of,
  [r IN relationships(path) | r.fact] AS fact
ORDER BY steps, b.name
LIMIT 50
