"""From bytes and files to decoded text and its source."""
