// zh: 各企业的有效专利数，分发明、实用新型与外观设计
// en: Patents of each firm by kind
// topic: technology
// words: 专利 发明 实用新型 数量 排名 patents by kind
// column e: 企业 | firm
// column kind: 类型 | kind
// column patents: 专利数 | patents
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 只数载入的专利。 | Loaded patents alone are counted.
MATCH (e:Enterprise)-[r:OWNS_PATENT]->(p:Patent)
RETURN e, p.kind AS kind, count(DISTINCT p) AS patents, max(r.as_of) AS as_of, collect(DISTINCT r.fact)[..3] AS fact
ORDER BY patents DESC, e.name
