// zh: 关于某种产品的专利属于谁
// en: Who owns patents about a product
// topic: technology
// words: 专利 产品 技术 归属 patents about product owner
// param product: text = 减速器 | 专利名称里的字 | part of the patent's title
// column e: 企业 | firm
// column number: 专利号 | number
// column title: 名称 | title
// column granted: 授权公告日 | granted
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 名称里没有这些字的专利不在内。 | Patents whose title has not these words are left out.
MATCH (e:Enterprise)-[o:OWNS_PATENT]->(p:Patent)
WHERE p.title CONTAINS $product
RETURN e, p.number AS number, p.title AS title, p.granted AS granted, o.as_of AS as_of, o.fact AS fact
ORDER BY granted DESC
