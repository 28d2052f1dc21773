// purpose: take needs that may no longer be seen out of the graph
// params: ids
// returns: needs
// mode: write
MATCH (n:Need) WHERE n.id IN $ids
DETACH DELETE n
RETURN count(*) AS needs
