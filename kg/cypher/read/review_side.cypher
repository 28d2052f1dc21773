// purpose: one side of a doubtful pair: the firm of a record, its records with the newest document of each
// params: id, limit
// returns: firm, count, facts, records
// mode: read
MATCH (own:Record {id: $id})-[:IDENTIFIES]->(e:Enterprise)
CALL (e, own) {
  MATCH (e)<-[:IDENTIFIES]-(r:Record)
  CALL (r) {
    MATCH (r)-[:IN]->(d:Document)
    RETURN d ORDER BY toString(coalesce(d.published, d.retrieved, '')) DESC, d.id LIMIT 1
  }
  WITH r, d ORDER BY r <> own, toString(coalesce(d.published, d.retrieved, '')) DESC, r.id LIMIT $limit
  RETURN collect({id: r.id, name: r.name, credit_code: r.credit_code, region: r.region, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)}) AS records
}
RETURN e {.*, grams: null, pinyin: null} AS firm, COUNT { (e)<-[:IDENTIFIES]-() } AS count,
  COUNT { (e)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT|OBJECT]-(:Fact) } AS facts, records
