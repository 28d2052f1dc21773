// zh: 每种关系有多少条，各是什么程度的依据
// en: How many edges of each type, and how sure they are
// topic: evidence
// words: 置信 等级 数量 质量 confidence level quality
// column relation: 关系 | relation
// column level: 置信等级 | level
// column n: 条数 | edges
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 只数带依据的关系。 | Edges with evidence alone are counted.
MATCH (:Enterprise)-[r]->()
WHERE r.fact IS NOT NULL
RETURN type(r) AS relation, r.level AS level, count(*) AS n, max(r.as_of) AS as_of, collect(r.fact)[..3] AS fact
ORDER BY n DESC, relation
