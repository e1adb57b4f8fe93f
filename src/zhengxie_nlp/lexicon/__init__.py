"""Lexicon: rules as data: tables, patterns, and fast looking up."""
