// purpose: the enterprise with a unified social credit code
// params: code
// returns: id, name
// mode: read
MATCH (e:Enterprise {credit_code: $code}) RETURN e.id AS id, e.name AS name
