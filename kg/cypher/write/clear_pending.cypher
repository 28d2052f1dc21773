// purpose: say that a load is done
// params: -
// returns: -
// mode: write
MATCH (m:Meta {id: 'pending'}) DELETE m
