// purpose: whether the graph holds documents that are invented
// params: -
// returns: id
// mode: read
MATCH (d:Document) WHERE d.demo RETURN d.id AS id LIMIT 1
