// zh: 哪些关系只是推断的，还要核实
// en: Relations that are inferred alone and wait to be checked
// topic: evidence
// words: 推断 置信低 核实 存疑 low confidence inferred doubtful
// param firm: text =  | 企业名称里的字，空着是全部 | part of the firm's name; empty: all
// column e: 企业 | firm
// column relation: 关系 | relation
// column other: 对象 | of what
// column level: 置信等级 | level
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 推断的不算披露；没有推断出来的不在内。 | What is inferred is not disclosed; what nobody inferred is left out.
MATCH (e:Enterprise)-[r]->(x)
WHERE r.level IN ['inferred', 'declared'] AND e.name CONTAINS $firm
RETURN e, type(r) AS relation, x AS other, r.level AS level, r.as_of AS as_of, r.fact AS fact
ORDER BY e.name, relation
