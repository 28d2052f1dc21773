// zh: 各处怎样称呼同一家企业
// en: How sources call one and the same firm
// topic: evidence
// words: 名称 别名 曾用名 同一家 身份 identity names aliases
// param firm: text = 栎川 | 企业名称里的字 | part of the firm's name
// column e: 企业 | firm
// column called: 来源里的名称 | called
// column code: 统一社会信用代码 | credit code
// column as_of: 最新的文件日期 | newest document
// column source: 文件 | documents
// unknown: 代码空着的来源没有写代码。 | Where the code stays empty the source states none.
MATCH (e:Enterprise)<-[:IDENTIFIES]-(r:Record)-[:IN]->(d:Document)
WHERE e.name CONTAINS $firm
RETURN e, r.name AS called, r.credit_code AS code, max(d.published) AS as_of, collect(DISTINCT d)[..3] AS source
ORDER BY called
