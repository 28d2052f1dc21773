// purpose: numbers of patents by day of filing (else grant) and owners, oldest first, with one statement of each number
// params: -
// returns: day, firms, patents, fact
// mode: read
MATCH (x:Patent)<-[r:OWNS_PATENT]-(e:Enterprise) WHERE r.valid_to IS NULL AND e.retracted IS NULL
WITH x, e, r ORDER BY x.id, e.id
WITH x, collect(DISTINCT e.id) AS firms, min(r.fact) AS fact
RETURN toString(coalesce(x.filed, x.granted)) AS day, firms, count(x) AS patents, min(fact) AS fact ORDER BY day, fact
