// zh: 哪些陈述被撤回，或被新的说法取代
// en: Statements that were taken out or superseded
// topic: evidence
// words: 撤回 取代 更正 失效 retracted superseded
// column state: 状态 | state
// column relation: 关系 | relation
// column subject: 主体 | subject
// column object: 客体 | object
// column quote: 原文 | sentence
// column as_of: 观察日期 | observed
// column fact: 依据 | evidence
// unknown: 没有日期的空着。 | A missing day is not known.
MATCH (f:Fact)
WHERE f.state IN ['superseded', 'retracted']
RETURN f.state AS state, f.relation AS relation, f.subject_name AS subject, f.object_name AS object, f.quote AS quote,
  f.observed AS as_of, f.id AS fact
ORDER BY state, subject, relation
