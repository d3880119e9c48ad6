"""The models in build order: `queries/<layer>/<name>.sql`, each one bare select.

The lead list of what a build holds; a test says that it equals the files on disk.
"""

MODELS: tuple[str, ...] = ()
