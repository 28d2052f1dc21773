// purpose: documents that the graph holds
// params: -
// returns: id
// mode: read
MATCH (d:Document) RETURN d.id AS id
