// zh: 产业基础各领域有多少种产品、多少家企业
// en: Products and firms by field of the industrial foundation
// topic: chains
// words: 四基 六基 领域 产业基础 数量 foundation fields
// column scheme: 分类体系 | scheme
// column field: 领域 | field
// column products: 产品数 | products
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 没有归类的产品不在内。 | Products without a field are left out.
MATCH (p:Product)-[r:IN_FOUNDATION_FIELD]->(f:FoundationField)
OPTIONAL MATCH (p)<-[:PRODUCES]-(e:Enterprise)
RETURN f.scheme AS scheme, f.name AS field, count(DISTINCT p) AS products, count(DISTINCT e) AS firms, max(r.as_of) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
ORDER BY scheme, firms DESC
