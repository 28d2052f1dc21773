// purpose: search of enterprises by single signs and bigrams, and by pinyin
// params: -
// returns: -
// mode: schema
CREATE FULLTEXT INDEX grams_enterprise IF NOT EXISTS FOR (n:Enterprise) ON EACH [n.grams, n.pinyin]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}
