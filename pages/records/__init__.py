"""Pages about one loan, one borrower, or the rows behind one figure."""
