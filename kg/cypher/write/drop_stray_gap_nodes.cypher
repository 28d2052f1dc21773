// purpose: nodes that no chain has any more and that gaps alone hold leave; their gaps stay
// params: -
// returns: nodes
// mode: write
MATCH (:Gap)-[r:AT_NODE]->(n:ChainNode) WHERE NOT (:Chain)-[:HAS_NODE]->(n)
DELETE r
WITH DISTINCT n WHERE NOT EXISTS { (n)--() }
DELETE n
RETURN count(*) AS nodes
