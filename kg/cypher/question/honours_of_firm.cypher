// zh: 某企业有哪些称号，各是什么状态
// en: Titles of a firm, each with its status
// topic: titles
// words: 称号 荣誉 资质 企业 公示 认定 honours titles status
// param firm: text = 钮嵘 | 企业名称里的字 | part of the firm's name
// column e: 企业 | firm
// column tier: 梯度 | tier
// column honour: 荣誉 | honour
// column batch: 批次 | batch
// column status: 认定状态 | status
// column since: 起 | since
// column until: 止 | until
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 空着的日期没有写明。 | Days that stay empty are not stated.
MATCH (e:Enterprise)-[h:HAS_HONOUR]->(x:Honour)
WHERE e.name CONTAINS $firm
RETURN e, x.tier AS tier, x.name AS honour, x.batch AS batch, h.status AS status, h.valid_from AS since, h.valid_to AS until,
  h.as_of AS as_of, h.fact AS fact
ORDER BY e.name, as_of DESC
