// purpose: every name by which records know the firms of that id or name, to find it in a text
// params: id, name_key
// returns: name
// mode: read
CALL () {
  MATCH (e:Enterprise {id: $id}) RETURN e
  UNION
  MATCH (:Record {name_key: $name_key})-[:IDENTIFIES]->(e:Enterprise) RETURN e
}
MATCH (e)<-[:IDENTIFIES]-(r:Record)
RETURN DISTINCT r.name AS name ORDER BY name
