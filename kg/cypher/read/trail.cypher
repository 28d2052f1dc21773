// purpose: which firms each of the last changes of the graph touched (JSON, null where it may be any)
// params: -
// returns: trail
// mode: read
MATCH (m:Meta {id: 'schema'}) RETURN m.trail AS trail
