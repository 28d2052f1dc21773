// purpose: the sentence that says that one product goes into another, for pairs of their keys
// params: pairs
// returns: start, end, fact
// mode: read
UNWIND $pairs AS pair
MATCH (a:Product {key: pair[0]})-[r:INPUT_OF]->(b:Product {key: pair[1]})
RETURN pair[0] AS start, pair[1] AS end, min(r.fact) AS fact
