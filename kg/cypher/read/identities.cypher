// purpose: what identity is judged by: of records, of all with one of these names, of all with one of these codes
// params: ids, names, codes
// returns: id, name_key, credit_code, region, published
// mode: read
CALL () {
  UNWIND $ids AS id MATCH (r:Record {id: id}) RETURN r
  UNION
  UNWIND $names AS name MATCH (r:Record {name_key: name}) RETURN r
  UNION
  UNWIND $codes AS code MATCH (r:Record {credit_code: code}) RETURN r
}
RETURN r.id AS id, r.name_key AS name_key, r.credit_code AS credit_code, r.region AS region,
  reduce(first = null, day IN [(r)-[:IN]->(d:Document) WHERE d.published IS NOT NULL | toString(d.published)] |
    CASE WHEN first IS NULL OR day < first THEN day ELSE first END) AS published
