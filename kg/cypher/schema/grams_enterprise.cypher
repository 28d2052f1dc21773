// purpose: search of enterprises by single signs and bigrams
// params: -
// returns: -
// mode: schema
CREATE FULLTEXT INDEX grams_enterprise IF NOT EXISTS FOR (n:Enterprise) ON EACH [n.grams]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}
