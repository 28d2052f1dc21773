// purpose: every node with its properties, for the digest of the graph
// params: -
// returns: labels, properties
// mode: read
MATCH (n) WHERE NOT n:Meta
RETURN labels(n) AS labels, properties(n) AS properties
