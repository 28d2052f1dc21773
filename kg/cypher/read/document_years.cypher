// purpose: documents with the firms that they name, oldest first; reference data aside
// params: -
// returns: id, day, firms
// mode: read
MATCH (d:Document)<-[:IN]-(:Record)-[:IDENTIFIES]->(e:Enterprise)
WHERE e.retracted IS NULL AND NOT d.kind IN ['chain', 'cluster', 'classes', 'dependences']
WITH d, collect(DISTINCT e.id) AS firms
RETURN d.id AS id, toString(d.published) AS day, firms ORDER BY day, id
