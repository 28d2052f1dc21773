// purpose: search of products by single signs and bigrams, and by pinyin
// params: -
// returns: -
// mode: schema
CREATE FULLTEXT INDEX grams_product IF NOT EXISTS FOR (n:Product) ON EACH [n.grams, n.pinyin]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}
