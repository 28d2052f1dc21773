// zh: 某企业供货给谁
// en: Whom a firm supplies
// topic: supply
// words: 客户 下游 卖给谁 销售 customers of firm sells
// param firm: text = 昀钢 | 企业名称里的字 | part of the firm's name
// column e: 企业 | firm
// column b: 客户 | customer
// column product: 产品 | product
// column level: 置信等级 | level
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有披露的客户不在内。 | Customers that nobody disclosed are left out.
MATCH (e:Enterprise)-[r:SUPPLIES]->(b:Enterprise)
WHERE e.name CONTAINS $firm
RETURN e, b, r.product AS product, r.level AS level, r.as_of AS as_of, r.fact AS fact
ORDER BY as_of DESC, b.name
