// zh: 清单把哪些产品和环节标为依赖进口或卡脖子
// en: Products and nodes that lists flag as imported or as chokepoints
// topic: chains
// words: 清单 卡脖子 依赖进口 目录 flagged list chokepoint
// column what: 产品或环节 | product or node
// column flag: 标记 | flag
// column list: 清单 | list
// column as_of: 清单日期 | as of
// column fact: 依据 | evidence
// unknown: 没有列入清单，不等于不依赖进口。 | What no list names may depend on imports all the same.
MATCH (x:Product|ChainNode)-[r:FLAGGED]->(p:Policy)
WHERE r.valid_to IS NULL
RETURN x.name AS what, r.flag AS flag, coalesce(p.name, p.id) AS list, coalesce(r.valid_from, r.as_of) AS as_of, r.fact AS fact
ORDER BY list, flag, what
