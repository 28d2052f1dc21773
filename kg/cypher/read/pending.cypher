// purpose: what an interrupted load has left to do
// params: -
// returns: work
// mode: read
MATCH (m:Meta {id: 'pending'}) RETURN m.work AS work
