// purpose: facts of documents with the nodes that they are about
// params: ids
// returns: fact, subject, objects
// mode: read
UNWIND $ids AS id
MATCH (:Document {id: id})<-[:FROM]-(f:Fact)
RETURN f{.*} AS fact, [(f)-[:SUBJECT]->(s) | [labels(s)[0], coalesce(s.id, s.key, s.code, s.number)]] AS subject,
  [(f)-[:OBJECT]->(o) | [labels(o)[0], coalesce(o.id, o.key, o.code, o.number)]] AS objects
