// purpose: what a line of results says of products: how many makers, and some of them
// params: keys, day, states, periods
// returns: key, name, makers, some
// mode: read
MATCH (p:Product) WHERE p.key IN $keys
RETURN p.key AS key, p.name AS name, COUNT { (p)<-[r:PRODUCES]-() WHERE ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false))) } AS makers,
  COLLECT { MATCH (p)<-[r:PRODUCES]-(e:Enterprise) WHERE ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false))) RETURN e {.id, .name} ORDER BY e.name LIMIT 3 } AS some
