"""From an idea to what came of it: plans and the roadmap, links to where work is done, the changelog."""
