// purpose: documents of one publisher and kind, newest first
// params: publisher, kind, skip, limit
// returns: id, title, date, name, facts
// mode: read
MATCH (d:Document {kind: $kind}) WHERE coalesce(d.publisher, '') = $publisher
WITH d ORDER BY toString(coalesce(d.published, d.retrieved)) DESC, d.title, d.id SKIP $skip LIMIT $limit
RETURN d.id AS id, d.title AS title, coalesce(d.published, d.retrieved) AS date, d.name AS name, COUNT { (d)<-[:FROM]-(:Fact) } AS facts
