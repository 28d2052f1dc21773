// purpose: search of quoted evidence
// params: -
// returns: -
// mode: schema
CREATE FULLTEXT INDEX grams_fact IF NOT EXISTS FOR (n:Fact) ON EACH [n.grams]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}
