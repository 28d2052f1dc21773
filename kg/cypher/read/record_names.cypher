// purpose: names of the records of a list that are there
// params: ids
// returns: id, name
// mode: read
UNWIND $ids AS id
MATCH (r:Record {id: id})
RETURN r.id AS id, r.name AS name
