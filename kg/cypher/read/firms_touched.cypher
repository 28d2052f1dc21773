// purpose: firms that state something of these things or firms, or that won a contract that one of these firms let
// params: products, patents, contracts, firms, most
// returns: id
// mode: read
CALL () {
  UNWIND $products AS key MATCH (:Product {key: key})<-[:PRODUCES|DEPENDS_ON]-(e:Enterprise) RETURN e
  UNION UNWIND $patents AS id MATCH (:Patent {id: id})<-[:OWNS_PATENT]-(e:Enterprise) RETURN e
  UNION UNWIND $contracts AS id MATCH (:Contract {id: id})<-[:WON_CONTRACT]-(e:Enterprise) RETURN e
  UNION UNWIND $firms AS id
    MATCH (:Enterprise {id: id})<-[:LET_BY]-(:Contract)<-[:WON_CONTRACT]-(e:Enterprise) RETURN e
  UNION UNWIND $firms AS id MATCH (:Enterprise {id: id})<-[:SUPPLIES|SUBSIDIARY_OF]-(e:Enterprise) RETURN e
}
RETURN DISTINCT e.id AS id LIMIT $most
