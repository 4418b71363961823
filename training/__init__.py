"""How the weights that ship are made: read the annotated corpora, fit, write the model files.

Takes the annotated corpora, which stay outside the repository; gives files under
`pipelines/extraction/models/`, and `raw/lexicons/commitment_confidence.csv`.
Never here: anything that a run of the pipeline needs.
"""
