"""Splink 4 over the same made descriptions, in an environment of its own: `python splink_anchor.py IN.csv OUT.json`.

IN holds the name taken apart (core, rest, brand, trade, form, city) and the code, so that Splink starts from the same
parse. OUT has the seconds, the most resident memory (MB) and the clusters at several thresholds. It runs on DuckDB, on
as many cores as there are; `SPLINK_MEMORY` bounds DuckDB's own memory (4GB unless told; beyond it on disk).
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.5, 0.9, 0.99, 0.999, 0.9999)


def main(source: str, target: str) -> None:
    frame = pandas.read_csv(source, dtype=str, keep_default_na=False).replace("", None)
    start = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            cl.JaroWinklerAtThresholds("core", [0.97, 0.92, 0.85]),
            cl.ExactMatch("brand").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("trade", [0.95, 0.8]),
            cl.ExactMatch("city"),
            cl.ExactMatch("form"),
            cl.ExactMatch("code"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("code"),
            block_on("core"),
            block_on("rest"),
            block_on("brand", "city"),
        ],
        retain_intermediate_calculation_columns=False,
    )
    database = duckdb.connect()
    database.execute(f"SET memory_limit = '{os.environ.get('SPLINK_MEMORY', '4GB')}'")
    database.execute(f"SET temp_directory = '{tempfile.mkdtemp(dir=Path(target).parent)}'")
    linker = Linker(frame, settings, db_api=DuckDBAPI(connection=database))
    linker.training.estimate_probability_two_random_records_match([block_on("code")], recall=0.4)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("code"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("core"))
    found = linker.inference.predict(threshold_match_probability=THRESHOLDS[0])
    clusters, seconds = {}, {}
    for threshold in THRESHOLDS:
        made = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold).as_pandas_dataframe()
        clusters[str(threshold)] = dict(zip(made["id"], made["cluster_id"].astype(str), strict=True))
        seconds[str(threshold)] = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with Path(target).open("w", encoding="utf-8") as file:
        json.dump({"seconds": seconds, "memory": memory, "clusters": clusters}, file)


if __name__ == "__main__":
    main(*sys.argv[1:3])
