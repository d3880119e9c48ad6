"""Pages about borrowers and loans that need attention."""
