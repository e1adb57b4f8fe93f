"""Learning: estimators and the features of texts; the only room that sees scikit-learn."""
