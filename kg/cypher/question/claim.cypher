// zh: 关于一家企业某种关系的全部依据，新的在前
// en: All evidence of one kind of claim on a firm, the newest first
// topic: evidence
// words: 依据 证据 原文 出处 evidence sentences
// param firm: text = 砺岚 | 企业名称里的字 | part of the firm's name
// param relation: relation = PRODUCES | 关系 | relation
// column e: 企业 | firm
// column object: 说的是什么 | of what
// column quote: 原文 | sentence
// column document: 文件 | document
// column as_of: 发布日期 | published
// column fact: 依据 | evidence
// unknown: 没有发布日期的文件排在最后。 | Documents without a day stand last.
MATCH (e:Enterprise)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: $relation})-[:FROM]->(d:Document)
WHERE e.name CONTAINS $firm
RETURN e, f.object_name AS object, f.quote AS quote, d AS document, d.published AS as_of, f.id AS fact
ORDER BY as_of IS NULL, as_of DESC, object
