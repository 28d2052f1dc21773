// purpose: delete all edges before all nodes: a node with very many edges is too much for one transaction
// params: -
// returns: -
// mode: write
MATCH ()-[r]->()
CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS
