// purpose: the newest documents that name a firm of a place (by the head of its code; empty: of anywhere)
// params: head, among, limit
// returns: id, title, publisher, published, retrieved, firms
// mode: read
MATCH (d:Document) WHERE d.published IS NOT NULL AND NOT d.kind IN ['chain', 'cluster', 'classes', 'dependences']
WITH d ORDER BY toString(d.published) DESC, d.id LIMIT $among
WITH d, COUNT {
  MATCH (d)<-[:IN]-(:Record)-[:IDENTIFIES]->(e:Enterprise)
  WHERE $head = '' OR EXISTS { (e)-[l:LOCATED_IN]->(g:Region) WHERE l.valid_to IS NULL AND g.code STARTS WITH $head }
  RETURN DISTINCT e } AS firms
WHERE firms > 0
RETURN d.id AS id, d.title AS title, d.publisher AS publisher, toString(d.published) AS published,
  toString(d.retrieved) AS retrieved, firms
ORDER BY published DESC, id LIMIT $limit
