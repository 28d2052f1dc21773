// purpose: documents by publisher and kind, with how many, how old, and how many statements come from them
// params: -
// returns: publisher, kind, source, documents, facts, oldest, newest, licence
// mode: read
MATCH (d:Document)
WITH coalesce(d.source, '') AS source, coalesce(d.publisher, '') AS publisher, d.kind AS kind, count(*) AS documents,
  // FROM starts at statements alone: without their label the number is read off the document
  sum(COUNT { (d)<-[:FROM]-() }) AS facts, min(d.published) AS oldest, max(d.published) AS newest,
  head(collect(d.licence)) AS licence
RETURN publisher, kind, source, documents, facts, oldest, newest, licence
ORDER BY facts DESC, publisher, kind
