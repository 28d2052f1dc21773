// purpose: relations that start from an enterprise, with how many edges each has
// params: id
// returns: relation, count
// mode: read
MATCH (:Enterprise {id: $id})-[r]->()
RETURN type(r) AS relation, count(*) AS count
