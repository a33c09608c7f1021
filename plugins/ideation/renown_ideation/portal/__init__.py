"""How customers come in from the company's own product. Signing in and sessions are the core's."""
