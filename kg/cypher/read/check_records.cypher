// purpose: records that identify no enterprise, or several
// params: -
// returns: id, name, firms
// mode: read
MATCH (r:Record) WHERE COUNT { (r)-[:IDENTIFIES]->(:Enterprise) } <> 1
RETURN r.id AS id, r.name AS name, [(r)-[:IDENTIFIES]->(e) | e.id] AS firms
