// purpose: every node with its labels, the names of its properties and their values but for the long ones
// params: -
// returns: labels, keys, properties
// mode: read
MATCH (n) WHERE NOT n:Meta
RETURN labels(n) AS labels, keys(n) AS keys, n {.*, grams: null, embedding: null, pinyin: null, quote: null, values: null} AS properties
