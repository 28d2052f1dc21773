// purpose: how many enterprises lie in a division or below it, by the digits of its code that are not zeros
// params: prefix
// returns: firms
// mode: read
MATCH (g:Region)<-[:LOCATED_IN]-(e:Enterprise) WHERE g.code STARTS WITH $prefix
RETURN count(DISTINCT e) AS firms
