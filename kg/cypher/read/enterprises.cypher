// purpose: enterprises as they stand
// params: ids
// returns: enterprise
// mode: read
UNWIND $ids AS id
MATCH (e:Enterprise {id: id})
RETURN e{.*} AS enterprise
