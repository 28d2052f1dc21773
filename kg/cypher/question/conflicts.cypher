// zh: 哪些指标各处说法不一
// en: Figures of which sources disagree
// topic: evidence
// words: 矛盾 不一致 冲突 更正 conflict disagree restated
// column e: 企业 | firm
// column metric: 指标 | metric
// column period: 期间与口径 | period and scope
// column statements: 说法 | what is said
// column as_of: 最新的文件日期 | newest document
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 只比期间和口径写得一样的。 | Compared are figures of the same period and scope alone.
MATCH (e:Enterprise)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'REPORTS_METRIC'})-[:FROM]->(d:Document)
WHERE f.state <> 'retracted'
WITH e, f.object_key AS metric, f.qualifier AS period, collect(DISTINCT f.values) AS statements, max(d.published) AS as_of,
  collect(DISTINCT f.id)[..3] AS fact
WHERE size(statements) > 1
RETURN e, metric, period, statements, as_of, fact
ORDER BY e.name, metric, period
