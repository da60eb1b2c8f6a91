"""All that knows SpiffWorkflow and lxml: diagrams in, waiting tasks out."""
