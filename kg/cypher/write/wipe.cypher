// purpose: empty the graph, for tests; schema and indexes stay
// params: -
// returns: -
// mode: write
MATCH (n)
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS
