// purpose: documents that name an enterprise, under which name and with how many statements about it, newest first
// params: id, limit
// returns: id, title, publisher, kind, date, name, facts, records
// mode: read
MATCH (:Enterprise {id: $id})<-[:IDENTIFIES]-(r:Record)-[:IN]->(d:Document)
WITH d, collect(DISTINCT r.name) AS names, collect(DISTINCT r) AS records
RETURN d.id AS id, d.title AS title, d.publisher AS publisher, d.kind AS kind, coalesce(d.published, d.retrieved) AS date,
  names[0] AS name, size(records) AS records,
  COUNT { MATCH (d)<-[:FROM]-(f:Fact)-[:SUBJECT]->(s:Record) WHERE s IN records AND f.state <> 'retracted' } AS facts
ORDER BY toString(date) DESC, title LIMIT $limit
