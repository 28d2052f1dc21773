// purpose: records that could be one firm with others: by normalised name or credit code
// params: names, codes
// returns: id, name_key, credit_code
// mode: read
CALL () {
  UNWIND $names AS name MATCH (r:Record {name_key: name}) RETURN r
  UNION
  UNWIND $codes AS code MATCH (r:Record {credit_code: code}) RETURN r
}
RETURN r.id AS id, r.name_key AS name_key, r.credit_code AS credit_code
