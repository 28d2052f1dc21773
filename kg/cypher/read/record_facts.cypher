// purpose: facts that name records, as subject, object or buyer, with the nodes that they are about; not of some documents
// params: ids, without
// returns: fact, subject, objects
// mode: read
UNWIND $ids AS id
MATCH (:Record {id: id})<-[:SUBJECT|OBJECT]-(f:Fact) WHERE NOT f.document IN $without
WITH DISTINCT f
RETURN f{.*} AS fact, [(f)-[:SUBJECT]->(s) | [labels(s)[0], coalesce(s.id, s.key, s.code, s.number)]] AS subject,
  [(f)-[:OBJECT]->(o) | [labels(o)[0], coalesce(o.id, o.key, o.code, o.number)]] AS objects
