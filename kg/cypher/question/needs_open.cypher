// zh: 征集中的需求，按截止日期排列
// en: Open needs by deadline
// topic: needs
// words: 需求 征集 采购 截止 open needs deadline
// column n: 需求 | need
// column products: 需要的产品 | what is asked for
// column makers: 见到的生产企业数 | makers that are known
// column deadline: 截止日期 | deadline
// column as_of: 发布日期 | published
// column source: 发布方 | posted by
// unknown: 匿名的需求不写发布方；没有写明产品的需求，企业数是空。 | Anonymous needs name no poster; without a product the number of makers is zero.
MATCH (n:Need) WHERE n.state IN ['open', 'active', 'shortlisted', 'inquiring']
OPTIONAL MATCH (n)-[:ASKS_FOR]->(p:Product)
OPTIONAL MATCH (n)<-[:POSTED]-(b:Enterprise)
WITH n, collect(DISTINCT p) AS products, head(collect(b.name)) AS poster
RETURN n, [p IN products | p.name] AS products,
  COUNT { MATCH (e:Enterprise)-[r:PRODUCES]->(x:Product) WHERE x IN products AND r.valid_to IS NULL RETURN DISTINCT e } AS makers,
  n.deadline AS deadline, n.published AS as_of, coalesce(poster, n.poster, '匿名') AS source
ORDER BY deadline, n.title
