// zh: 各产业基础领域有多少专利
// en: Patents by field of the industrial foundation
// topic: technology
// words: 专利 领域 四基 基础 patents field foundation
// column scheme: 分类体系 | scheme
// column field: 领域 | field
// column patents: 专利数 | patents
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 专利经它所涉及的产品归入领域；没有关联到产品的专利不在内。 | A patent is in the fields of the products that it is about; patents about no known product are left out.
MATCH (e:Enterprise)-[:OWNS_PATENT]->(p:Patent)-[:ABOUT]->(:Product)-[r:IN_FOUNDATION_FIELD]->(f:FoundationField)
RETURN f.scheme AS scheme, f.name AS field, count(DISTINCT p) AS patents, count(DISTINCT e) AS firms, max(r.as_of) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
ORDER BY scheme, patents DESC, field
