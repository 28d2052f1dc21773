// purpose: an enterprise by its id, or by the id of any record that is part of it
// params: id
// returns: firm
// mode: read
CALL () {
  MATCH (e:Enterprise {id: $id}) RETURN e
  UNION
  MATCH (:Record {id: $id})-[:IDENTIFIES]->(e:Enterprise) RETURN e
}
RETURN e {.*, grams: null, pinyin: null} AS firm
LIMIT 1
