"""The page that says whether the book is healthy."""
