// zh: 哪些企业还不知道在哪里
// en: Firms whose place is not known
// topic: evidence
// words: 不详 缺失 所在地 未知 unknown place missing
// column e: 企业 | firm
// column as_of: 最新的文件日期 | newest document
// column source: 文件（前三份） | documents (the first three)
// unknown: 没有写明所在地，不等于没有所在地。 | A place that is not stated is not no place.
MATCH (e:Enterprise)
WHERE NOT EXISTS { (e)-[l:LOCATED_IN]->() WHERE l.valid_to IS NULL }
OPTIONAL MATCH (e)<-[:IDENTIFIES]-(:Record)-[:IN]->(d:Document)
RETURN e, max(d.published) AS as_of, collect(DISTINCT d)[..3] AS source
ORDER BY e.name
