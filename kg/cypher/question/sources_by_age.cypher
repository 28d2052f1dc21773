// zh: 各发布方的文件有多少，最新和最旧的是哪天
// en: Documents by publisher, with the newest and the oldest
// topic: evidence
// words: 来源 数据 更新 时效 文件 sources age freshness
// column publisher: 发布方 | publisher
// column documents: 文件数 | documents
// column facts: 陈述条数 | statements
// column oldest: 最旧 | oldest
// column as_of: 最新 | newest
// column without: 没有日期的 | without a day
// column source: 文件（前三份） | documents (the first three)
// unknown: 没有日期的文件单列。 | Documents without a day are counted apart.
MATCH (d:Document)
WITH coalesce(d.publisher, '不详') AS publisher, collect(d) AS kept
RETURN publisher, size(kept) AS documents, reduce(n = 0, d IN kept | n + COUNT { (d)<-[:FROM]-(:Fact) }) AS facts,
  reduce(low = null, d IN kept | CASE WHEN low IS NULL OR d.published < low THEN coalesce(d.published, low) ELSE low END) AS oldest,
  reduce(high = null, d IN kept | CASE WHEN high IS NULL OR d.published > high THEN coalesce(d.published, high) ELSE high END) AS as_of,
  size([d IN kept WHERE d.published IS NULL]) AS without, kept[..3] AS source
ORDER BY documents DESC, publisher
