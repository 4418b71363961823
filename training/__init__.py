"""How the weights that ship are made: read the annotated corpora, fit, write the model files.

Takes `../shared` (annotated corpora that stay outside the repository) and gives files under `pipelines/extraction/models/`.
Never here: anything that a run of the pipeline needs.
"""
