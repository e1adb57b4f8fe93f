"""From characters with boxes to text in reading order: columns, lines, paragraphs, running heads, pages."""
