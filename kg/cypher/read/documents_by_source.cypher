// purpose: documents by publisher and kind, with how many, how old, and how many statements come from them
// params: -
// returns: publisher, kind, source, documents, facts, oldest, newest, licence
// mode: read
MATCH (d:Document)
WITH coalesce(d.source, '') AS source, coalesce(d.publisher, '') AS publisher, d.kind AS kind, collect(d) AS kept
RETURN publisher, kind, source, size(kept) AS documents,
  reduce(n = 0, d IN kept | n + COUNT { (d)<-[:FROM]-(:Fact) }) AS facts,
  reduce(low = null, d IN kept | CASE WHEN low IS NULL OR d.published < low THEN coalesce(d.published, low) ELSE low END) AS oldest,
  reduce(high = null, d IN kept | CASE WHEN high IS NULL OR d.published > high THEN coalesce(d.published, high) ELSE high END) AS newest,
  [d IN kept WHERE d.licence IS NOT NULL | d.licence][0] AS licence
ORDER BY facts DESC, publisher, kind
