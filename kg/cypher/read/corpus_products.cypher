// purpose: how products hang together: materials of, kinds of
// params: -
// returns: start, type, end
// mode: read
MATCH (a:Product)-[r:INPUT_OF|KIND_OF]->(b:Product)
RETURN a.name AS start, type(r) AS type, b.name AS end
ORDER BY start, type, end
